using System.Runtime.InteropServices;
using GoCart.AppHost.Local;

namespace GoCart.AppHost.Installing;

/// <summary>Something the store needs that .NET does not bring.</summary>
/// <param name="Package">The Debian package that has it.</param>
/// <param name="HasContainer">Whether a container can stand in for it.</param>
internal sealed record Requirement(string Name, string Package, bool HasContainer, Func<bool> IsMet)
{
    public static readonly Requirement Postgres = new(
        $"PostgreSQL {PostgresPrograms.OldestMajorVersion} or newer", "postgresql", HasContainer: true,
        () => PostgresPrograms.Find() is not null);

    public static readonly Requirement Rabbit = new(
        "RabbitMQ", "rabbitmq-server", HasContainer: true, () => RabbitPrograms.Find() is not null);

    // The same names as in BuildingBlocks/Auth/Libsodium.cs, which loads it; the store starts the services and references none
    // of their code.
    private static readonly string[] SodiumFiles =
    [
        "libsodium.so.23", "libsodium.so.26", "libsodium.so", "libsodium",
        "libsodium.dylib", "/opt/homebrew/lib/libsodium.dylib", "/usr/local/lib/libsodium.dylib", "libsodium.dll",
    ];

    /// <summary>Hashes passwords; loaded by the users service.</summary>
    public static readonly Requirement Sodium = new(
        "libsodium", "libsodium23", HasContainer: false, () => SodiumFiles.Any(IsLibrary));

    public static readonly IReadOnlyList<Requirement> All = [Postgres, Rabbit, Sodium];

    private static bool IsLibrary(string name)
    {
        if (!NativeLibrary.TryLoad(name, out var library))
            return false;
        NativeLibrary.Free(library);
        return true;
    }
}
