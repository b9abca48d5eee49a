using GoCart.AppHost.Local;

namespace GoCart.AppHost.Installing;

/// <summary>Installs Debian packages without letting them start servers of the machine's own.</summary>
internal static class PackageInstaller
{
    /// <exception cref="ServerFailedException">With the last lines that apt wrote.</exception>
    public static async Task InstallAsync(InstallationPlan.Install plan, string logFile)
    {
        var packages = plan.Missing.Select(requirement => requirement.Package);
        string[] shell = ["sh", "-c", Script(), "install-packages", .. packages];
        var command = plan.ThroughSudo
            ? new ChildCommand("apt-get", "sudo", ["-n", .. shell]) { LogFile = logFile, WorkingDirectory = "/" }
            : new ChildCommand("apt-get", "/bin/sh", shell[1..]) { LogFile = logFile, WorkingDirectory = "/" };

        // Killed in the middle, dpkg would be left half way: it is asked to end, and when we die it goes on.
        var apt = await ChildProcess.StartAsync(command with { ParentDeathSignal = null });
        if (await apt.Exited != 0)
            throw ServerFailedException.From(apt, "could not install what is missing");

        if (Machine.Missing() is { Count: > 0 } missing)
        {
            throw new ServerFailedException(
                $"After installing {InstallationPlan.Packages(plan.Missing)} this is still missing: "
                + string.Join(", ", missing.Select(requirement => requirement.Name)) + ".");
        }
    }

    private static string Script()
    {
        var name = $"{typeof(PackageInstaller).Namespace}.install-packages.sh";
        using var script = new StreamReader(typeof(PackageInstaller).Assembly.GetManifestResourceStream(name)!); // embedded
        return script.ReadToEnd();
    }
}
