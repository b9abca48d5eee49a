using System.Globalization;

namespace GoCart.AppHost.Local;

/// <summary>PostgreSQL as it is installed on this machine.</summary>
/// <param name="Folder">Where initdb and postgres lie.</param>
internal sealed record PostgresPrograms(string Folder, int MajorVersion)
{
    public const int OldestMajorVersion = 15;

    private const string DebianFolder = "/usr/lib/postgresql";

    public string InitDb => Path.Combine(Folder, "initdb");

    public string Server => Path.Combine(Folder, "postgres");

    /// <summary>The newest one, or the one that made the data when there are data already; null when there is none.</summary>
    public static PostgresPrograms? Find(int? majorVersion = null) =>
        Installed().Where(found => found.MajorVersion >= OldestMajorVersion)
            .Where(found => majorVersion is null || found.MajorVersion == majorVersion)
            .MaxBy(found => found.MajorVersion);

    private static IEnumerable<PostgresPrograms> Installed()
    {
        // Debian keeps them out of PATH, one folder a version; others have them in PATH.
        var debian = Directory.Exists(DebianFolder)
            ? Directory.GetDirectories(DebianFolder).Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

        return from folder in debian.Concat(path)
               where File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"))
               let version = VersionOf(Path.Combine(folder, "postgres"))
               where version is not null
               select new PostgresPrograms(folder, version.Value);
    }

    private static int? VersionOf(string program)
    {
        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
        var output = Tool.Output(program, "--version");
        var words = output?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var version = words.FirstOrDefault(word => char.IsAsciiDigit(word[0]));
        return int.TryParse(version?.Split('.')[0], CultureInfo.InvariantCulture, out var major) ? major : null;
    }
}
