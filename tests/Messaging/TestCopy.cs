using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace GoCart.Tests.Messaging;

/// <summary>A copy of a service that does nothing but messaging.</summary>
public sealed class TestCopy : IAsyncDisposable
{
    private readonly IHost _host;

    internal TestCopy(string database, Uri broker, bool consumes, params IEnumerable<(string Name, string Value)> settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = "Development" });
        builder.Configuration["ConnectionStrings:Database"] = database;
        builder.Configuration["ConnectionStrings:Broker"] = broker.ToString();

        foreach (var (name, value) in settings)
            builder.Configuration[name] = value;

        builder.AddDatabase();
        builder.Services.AddSingleton(Handler);
        builder.AddMessaging("orders", messaging =>
        {
            messaging.Publish<OrderCreated>("orders");
            if (consumes)
                messaging.Subscribe<OrderCreated, TestHandler>();
        });
        _host = builder.Build();
    }

    public TestHandler Handler { get; } = new();

    public IServiceProvider Services => _host.Services;

    public Task StartAsync() => _host.StartAsync(TestContext.Current.CancellationToken);

    public Task StopAsync() => _host.StopAsync(CancellationToken.None);

    public async Task<HealthReportEntry> BrokerHealthAsync()
    {
        var checks = Services.GetRequiredService<HealthCheckService>();
        var report = await checks.CheckHealthAsync(check => check.Name == "broker", TestContext.Current.CancellationToken);
        return report.Entries["broker"];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();

        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}

/// <summary>Leaves a row for every order it handles; nothing but the inbox keeps it from leaving two.</summary>
public sealed class TestHandler : IEventHandler<OrderCreated>
{
    /// <summary>Runs in the transaction, before the effect.</summary>
    public Func<IReadOnlyList<Received<OrderCreated>>, NpgsqlTransaction, Task> Before { get; set; } =
        (_, _) => Task.CompletedTask;

    public async Task HandleAsync(
        IReadOnlyList<Received<OrderCreated>> batch, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        await Before(batch, tx);
        await tx.ExecuteAsync(
            "insert into effects (order_id) select unnest(@orderIds)",
            new { orderIds = batch.Select(received => received.Event.OrderId).ToArray() }, cancellationToken);
    }
}
