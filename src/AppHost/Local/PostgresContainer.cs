namespace GoCart.AppHost.Local;

/// <summary>PostgreSQL in a container.</summary>
internal sealed class PostgresContainer(PostgresSettings settings) : PostgresServer(settings)
{
    public override Task EndLeftoversAsync(CancellationToken cancellationToken)
    {
        Containers.RemoveLeftover(Containers.PostgresImage, Settings.Folder);
        return Task.CompletedTask;
    }

    public override Task DeleteDataAsync(CancellationToken cancellationToken)
    {
        Containers.DeleteData(Containers.PostgresImage, Settings.Folder);
        return Task.CompletedTask;
    }

    protected override async Task<ChildCommand> PrepareAsync(CancellationToken cancellationToken)
    {
        PrivateFolder.Create(Settings.Folder, owner: null);
        await EndLeftoversAsync(cancellationToken);
        await Containers.FetchAsync(Containers.PostgresImage, Settings.Folder, Settings.LogFile, cancellationToken);

        var volume = Containers.VolumeFor(Containers.PostgresImage, Settings.Folder);
        var command = Containers.Command(
            "PostgreSQL", Containers.PostgresImage, Settings.Folder, Settings.LogFile, Signal.Interrupt,
            [
                "--publish", $"127.0.0.1:{Settings.Port}:5432",
                "--volume", $"{volume}:/var/lib/postgresql/data",
                "--shm-size", "256m",
                // The value comes from our environment: an argument could be read by every user of the machine.
                "--env", "POSTGRES_PASSWORD", "--env", "POSTGRES_INITDB_ARGS=--locale=C.UTF-8 --data-checksums",
            ],
            Options.SelectMany(option => (string[])["-c", option]));
        return command with
        {
            Environment = new Dictionary<string, string?> { ["POSTGRES_PASSWORD"] = Settings.SuperuserPassword },
        };
    }
}
