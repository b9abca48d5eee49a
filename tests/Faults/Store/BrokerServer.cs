using GoCart.AppHost.Local;

namespace GoCart.Faults.Store;

/// <summary>The store's RabbitMQ, and what can happen to one.</summary>
internal sealed class BrokerServer(RabbitServer server)
{
    public bool IsRunning => server.Process is { Exited.IsCompleted: false };

    private ChildProcess Running => server.Process ?? throw new InvalidOperationException("RabbitMQ has never been started.");

    public Task KillAsync() => Running.StopAsync(Signal.Kill, TimeSpan.Zero);

    /// <summary>Returns when it takes connections.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync(cancellationToken);

    public void Freeze() => Running.Send(Signal.Stop);

    public void Thaw() => Running.Send(Signal.Continue);

    /// <summary>rabbitmqctl, of the very installation that runs.</summary>
    /// <exception cref="ServerFailedException">With what it said.</exception>
    public async Task ControlAsync(params string[] arguments)
    {
        var broker = Running.Command;
        var scripts = broker.Environment["RABBITMQ_SCRIPTS_DIR"] ?? Path.GetDirectoryName(broker.Program)!; // a full path
        var control = await ChildProcess.StartAsync(
            new ChildCommand("rabbitmqctl", Path.Combine(scripts, "rabbitmqctl"), arguments)
            {
                LogFile = broker.LogFile,
                WorkingDirectory = broker.WorkingDirectory,
                User = broker.User,
                Environment = broker.Environment,
            });
        if (await control.Exited != 0)
            throw ServerFailedException.From(control, $"{string.Join(' ', arguments)} failed");
    }
}
