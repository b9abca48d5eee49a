using GoCart.AppHost.Local;

namespace GoCart.AppHost.Starting;

/// <summary>Brings a service's database up to date, by the service's own program.</summary>
/// <param name="hasOwnData">False: the databases run elsewhere, and are not ours to empty.</param>
internal sealed class Migrations(ServiceSettings settings, DataFolder folder, bool seed, bool hasOwnData = true)
{
    /// <summary>Longer than any migration of a store on one machine; one that waits for a lock waits in vain by then.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <exception cref="ServerFailedException">With the last lines the program wrote.</exception>
    public async Task RunAsync(string service, CancellationToken cancellationToken)
    {
        if (settings.ForMigrations(service) is not { } environment)
            return;

        string[] arguments = seed ? ["migrate", "--seed"] : ["migrate"];
        var migration = await ChildProcess.StartAsync(ServicePrograms.Command(
            service, $"The migration of {service}", folder.BeginLog($"migrate-{service}"), environment, arguments));
        try
        {
            if (await migration.Exited.WaitAsync(Limit, cancellationToken) != 0)
            {
                throw ServerFailedException.From(migration, "failed",
                    hasOwnData ? "Without anything to lose there, --reset begins with an empty one." : null);
            }
        }
        catch (TimeoutException)
        {
            throw ServerFailedException.From(migration, $"had not ended after {Limit.TotalMinutes:0} minutes");
        }
        finally
        {
            migration.Send(Signal.Kill);
        }
    }
}
