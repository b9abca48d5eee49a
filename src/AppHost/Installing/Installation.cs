using GoCart.AppHost.Local;

namespace GoCart.AppHost.Installing;

/// <summary>The requirements of this machine, met as well as they can be.</summary>
/// <param name="inContainers">The servers that run in containers, because they are not installed.</param>
internal sealed class Installation(IReadOnlyList<Requirement> inContainers)
{
    /// <summary>Installs what is missing, if that is allowed and possible.</summary>
    /// <param name="mayInstall">Asks the person, given a question.</param>
    /// <param name="say">Tells the person what happens.</param>
    /// <param name="logFile">Where apt writes.</param>
    /// <param name="needed">What is needed at all; null: everything.</param>
    /// <exception cref="ServerFailedException">With the command that would help.</exception>
    public static async Task<Installation> EnsureAsync(
        Func<string, bool> mayInstall, Action<string> say, string logFile,
        IReadOnlyList<Requirement>? needed = null, CancellationToken cancellationToken = default)
    {
        if (Machine.MissingOf(needed ?? Requirement.All) is not { Count: > 0 } missing)
            return new([]);

        var plan = InstallationPlan.For(missing, Machine.Abilities());
        if (plan is InstallationPlan.Install install)
        {
            var packages = InstallationPlan.Packages(missing);
            if (mayInstall($"{Names(missing)} missing. Install {packages} with apt-get?"))
            {
                say($"Installing {packages} with apt-get; it writes to {logFile}.");
                await PackageInstaller.InstallAsync(install, say, logFile, cancellationToken);
                return new([]);
            }

            plan = install.Otherwise;
        }

        return plan switch
        {
            InstallationPlan.Proceed proceed => new(proceed.InContainers),
            InstallationPlan.Explain explain => throw new ServerFailedException(
                $"{Names(explain.Missing)} missing. Install with:\n\n    {explain.Command}\n"
                + (explain.Missing.All(requirement => requirement.HasContainer)
                    ? "\nor start a container engine that answers \"docker version\"."
                    : "")),
            _ => throw new InvalidOperationException($"No way to go on from {plan}."),
        };
    }

    public PostgresServer Postgres(PostgresSettings settings) =>
        inContainers.Contains(Requirement.Postgres) ? new PostgresContainer(settings) : new InstalledPostgres(settings);

    public RabbitServer Rabbit(RabbitSettings settings) =>
        inContainers.Contains(Requirement.Rabbit) ? new RabbitContainer(settings) : new InstalledRabbit(settings);

    private static string Names(IReadOnlyList<Requirement> missing) =>
        string.Join(" and ", missing.Select(requirement => requirement.Name)) + (missing.Count == 1 ? " is" : " are");
}
