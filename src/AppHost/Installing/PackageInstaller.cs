using GoCart.AppHost.Local;

namespace GoCart.AppHost.Installing;

/// <summary>Installs Debian packages without letting them start servers of the machine's own.</summary>
internal static class PackageInstaller
{
    /// <exception cref="ServerFailedException">With the last lines that apt wrote.</exception>
    public static async Task InstallAsync(
        InstallationPlan.Install plan, Action<string> say, string logFile, CancellationToken cancellationToken)
    {
        var packages = plan.Missing.Select(requirement => requirement.Package);
        string[] shell = ["sh", "-c", Script(), "install-packages", .. packages];
        var command = plan.ThroughSudo
            ? new ChildCommand("apt-get", "sudo", ["-n", .. shell]) { LogFile = logFile, WorkingDirectory = "/" }
            : new ChildCommand("apt-get", "/bin/sh", shell[1..]) { LogFile = logFile, WorkingDirectory = "/" };

        // Killed in the middle, dpkg would be left half way: when we end, it goes on.
        var apt = await ChildProcess.StartAsync(command with { ParentDeathSignal = null });
        if (await WaitAsync(apt, plan.ThroughSudo, say, cancellationToken) != 0)
            throw ServerFailedException.From(apt, "could not install what is missing");

        if (Machine.MissingOf(plan.Missing) is { Count: > 0 } missing)
        {
            throw new ServerFailedException(
                $"After installing {InstallationPlan.Packages(plan.Missing)} this is still missing: "
                + string.Join(", ", missing.Select(requirement => requirement.Name)) + ".");
        }
    }

    private static async Task<int> WaitAsync(
        ChildProcess apt, bool throughSudo, Action<string> say, CancellationToken cancellationToken)
    {
        try
        {
            return await apt.Exited.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The script ends after the command it is at, and clears up behind itself.
            say("apt-get finishes what it has begun, and installs nothing more.");
            if (throughSudo)
                Tool.Output("sudo", "-n", "kill", "-TERM", $"{apt.Id}");
            else
                apt.Send(Signal.Terminate);
            throw;
        }
    }

    private static string Script()
    {
        var name = $"{typeof(PackageInstaller).Namespace}.install-packages.sh";
        using var script = new StreamReader(typeof(PackageInstaller).Assembly.GetManifestResourceStream(name)!); // embedded
        return script.ReadToEnd();
    }
}
