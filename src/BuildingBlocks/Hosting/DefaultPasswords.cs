using Microsoft.Extensions.Hosting;
using Npgsql;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>Outside development no database or broker is used with a password that anybody could guess.</summary>
internal static class DefaultPasswords
{
    private const int MinLength = 12;

    private static readonly HashSet<string> WellKnown = new(StringComparer.OrdinalIgnoreCase)
    {
        "postgres", "postgresql", "postgrespassword", "guest", "guestguestguest", "rabbitmq", "rabbitmqadmin", "admin",
        "administrator", "password", "password1234", "passwordpassword", "secret", "changeme", "changeme1234",
        "changemechangeme", "123456789012", "1234567890123456",
    };

    /// <exception cref="InvalidOperationException">Says which setting needs another password.</exception>
    public static void RefuseIn(IHostEnvironment environment, string setting, NpgsqlConnectionStringBuilder connection)
    {
        // Without one, somebody else vouches for us: the kernel, a certificate, or a file with the password.
        var needsNone = string.IsNullOrEmpty(connection.Password)
            && (connection.Host?.StartsWith('/') == true
                || connection.SslCertificate is not null
                || connection.Passfile is not null);
        if (!needsNone)
            Refuse(environment, setting, connection.Username, connection.Password);
    }

    /// <inheritdoc cref="RefuseIn(IHostEnvironment, string, NpgsqlConnectionStringBuilder)"/>
    public static void RefuseIn(IHostEnvironment environment, string setting, Uri address)
    {
        var parts = address.UserInfo.Split(':', 2);
        Refuse(environment, setting, Uri.UnescapeDataString(parts[0]), parts is [_, var password] ? Uri.UnescapeDataString(password) : null);
    }

    /// <summary>Missing, short, the user's own name, one character only, or known from every manual.</summary>
    internal static bool IsWeak(string? user, string? password) =>
        password is null or { Length: < MinLength }
        || string.Equals(password, user, StringComparison.OrdinalIgnoreCase)
        || password.All(character => character == password[0])
        || WellKnown.Contains(password);

    private static void Refuse(IHostEnvironment environment, string setting, string? user, string? password)
    {
        if (!environment.IsDevelopment() && IsWeak(user, password))
        {
            throw new InvalidOperationException(
                $"Set a password of its own in {setting}, of at least {MinLength} characters: the one there is missing, short or a default.");
        }
    }
}
