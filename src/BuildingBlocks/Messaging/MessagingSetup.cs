using GoCart.Contracts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Messaging;

public static class MessagingSetup
{
    /// <summary>
    /// Gives the service its outbox relay, its event handlers and a health check named <c>broker</c>. Needs an
    /// <see cref="Npgsql.NpgsqlDataSource"/>, the tables of <c>Messaging/Migrations</c> and the setting
    /// <c>ConnectionStrings:Broker</c>. The service starts without its broker and its database, and joins when they come.
    /// </summary>
    /// <param name="serviceName">First part of the queues' names, such as <c>products</c>.</param>
    /// <param name="configure">Lists every event the service sends or handles.</param>
    public static void AddMessaging(this IHostApplicationBuilder builder, string serviceName, Action<MessagingBuilder> configure)
    {
        var services = builder.Services;
        services.AddOptions<MessagingOptions>().BindConfiguration(MessagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<OutboxTable>();
        services.AddSingleton(provider => new BrokerConnections(
            BrokerConnections.ReadAddresses(
                provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<IHostEnvironment>()),
            serviceName,
            provider.GetRequiredService<ILogger<BrokerConnection>>()));
        services.AddHealthChecks().AddCheck<BrokerHealthCheck>("broker", failureStatus: HealthStatus.Degraded);

        services.AddHostedService<MessageCleaner>();
        configure(new MessagingBuilder(services, serviceName));
    }
}

/// <summary>A service's events: what it sends and to whom, and what it handles.</summary>
public sealed class MessagingBuilder
{
    private readonly IServiceCollection _services;
    private readonly string _serviceName;

    internal MessagingBuilder(IServiceCollection services, string serviceName) =>
        (_services, _serviceName) = (services, serviceName);

    /// <summary>Sends an event. It waits in the outbox until each of the services has been there and declared its queue.</summary>
    /// <param name="services">That handle it: those the event must not pass by.</param>
    public MessagingBuilder Publish<TEvent>(params string[] services)
        where TEvent : class, IEvent
    {
        _services.AddSingleton(new Recipients(TEvent.Type, [.. services.Select(service => Topology.QueueName(service, TEvent.Type))]));

        // Named before the handlers, it is stopped after them: it can still send what they leave.
        _services.AddHostedService<OutboxRelay>();
        _services.AddHostedService<OutboxMeter>();
        return this;
    }

    /// <summary>Handles an event, from the queue <c>service.event.type</c>; all copies of the service share the queue.</summary>
    /// <param name="beforeCommit">Name of the failpoint passed just before a batch commits, for fault runs.</param>
    /// <param name="afterCommit">Name of the failpoint passed between commit and acknowledgement.</param>
    public MessagingBuilder Subscribe<TEvent, THandler>(string? beforeCommit = null, string? afterCommit = null)
        where TEvent : class, IEvent
        where THandler : class, IEventHandler<TEvent>
    {
        var subscription = new Subscription<TEvent, THandler>(_serviceName)
        {
            BeforeCommit = beforeCommit,
            AfterCommit = afterCommit,
        };
        _services.TryAddSingleton<THandler>();
        _services.AddSingleton<Subscription>(subscription);
        _services.AddSingleton<IHostedService>(
            provider => ActivatorUtilities.CreateInstance<Consumer>(provider, (Subscription)subscription));
        return this;
    }
}
