using GoCart.AppHost.Local;

namespace GoCart.AppHost.Installing;

/// <summary>Looks at this machine, and only as far as needed: asking sudo or a container engine takes time.</summary>
internal static class Machine
{
    public static IReadOnlyList<Requirement> MissingOf(IEnumerable<Requirement> needed) =>
        [.. needed.Where(requirement => !requirement.IsMet())];

    public static MachineAbilities Abilities() => new(
        HasApt: File.Exists("/usr/bin/apt-get"),
        IsRoot: Environment.IsPrivilegedProcess,
        HasSudo: !Environment.IsPrivilegedProcess && Tool.Output("sudo", "-n", "true") is not null,
        HasContainers: Tool.Output("docker", "version", "--format", "{{.Server.Version}}") is not null);
}
