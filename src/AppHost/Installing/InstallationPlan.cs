namespace GoCart.AppHost.Installing;

/// <summary>What this machine and the person at it allow.</summary>
/// <param name="HasApt">apt-get is there: Debian, Ubuntu and their kin.</param>
/// <param name="IsRoot">We are root.</param>
/// <param name="HasSudo">sudo works without asking for a password.</param>
/// <param name="HasContainers">A container engine answers.</param>
internal sealed record MachineAbilities(bool HasApt, bool IsRoot, bool HasSudo, bool HasContainers);

/// <summary>What to do about requirements that are not met.</summary>
internal abstract record InstallationPlan
{
    private InstallationPlan()
    {
    }

    /// <summary>Everything needed is here already, or a container stands in for it.</summary>
    public sealed record Proceed(IReadOnlyList<Requirement> InContainers) : InstallationPlan;

    /// <summary>Install packages, through sudo unless we are root; if this is refused, do the other instead.</summary>
    public sealed record Install(IReadOnlyList<Requirement> Missing, bool ThroughSudo, InstallationPlan Otherwise)
        : InstallationPlan;

    /// <summary>We cannot; the person can.</summary>
    public sealed record Explain(IReadOnlyList<Requirement> Missing) : InstallationPlan
    {
        public string Command => $"sudo apt-get install --no-install-recommends {Packages(Missing)}";
    }

    public static InstallationPlan For(IReadOnlyList<Requirement> missing, MachineAbilities machine)
    {
        if (missing.Count == 0)
            return new Proceed([]);

        InstallationPlan withoutInstalling = machine.HasContainers && missing.All(requirement => requirement.HasContainer)
            ? new Proceed(missing)
            : new Explain(missing);
        return machine.HasApt && (machine.IsRoot || machine.HasSudo)
            ? new Install(missing, ThroughSudo: !machine.IsRoot, withoutInstalling)
            : withoutInstalling;
    }

    public static string Packages(IEnumerable<Requirement> requirements) =>
        string.Join(' ', requirements.Select(requirement => requirement.Package));
}
