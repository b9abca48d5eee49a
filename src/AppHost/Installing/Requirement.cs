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

    /// <summary>Hashes passwords; loaded by the users service.</summary>
    public static readonly Requirement Sodium = new(
        "libsodium", "libsodium23", HasContainer: false, () => IsLibrary("libsodium.so.23") || IsLibrary("libsodium.so"));

    public static readonly IReadOnlyList<Requirement> All = [Postgres, Rabbit, Sodium];

    private static bool IsLibrary(string name)
    {
        if (!NativeLibrary.TryLoad(name, out var library)) return false;
        NativeLibrary.Free(library);
        return true;
    }
}
