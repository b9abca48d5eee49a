using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>
/// Passwords as they are kept: Argon2id (RFC 9106) in a PHC string, which names its own parameters and salt:
/// <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>.
/// </summary>
/// <remarks>
/// The parameters are the first choice of the OWASP Password Storage Cheat Sheet. One call takes about 15 ms of one core
/// and 19 MiB: who calls it for strangers must bound how many run at once.
/// </remarks>
public static partial class PasswordHash
{
    public const int MemoryKib = 19_456;
    public const int Passes = 2;

    // Refuses half a surrogate pair instead of writing '?' for it, which would make different passwords equal.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Fails at start rather than at the first password.</summary>
    /// <exception cref="InvalidOperationException">libsodium is not installed; the message says how to.</exception>
    public static void EnsureAvailable()
    {
        try
        {
            Create("");
        }
        catch (TypeInitializationException e) when (e.InnerException is DllNotFoundException missing)
        {
            throw new InvalidOperationException(missing.Message, missing);
        }
    }

    /// <summary>A new hash with a random salt. All of the password counts, however long it is.</summary>
    /// <exception cref="ArgumentException">The password is not valid Unicode.</exception>
    /// <exception cref="InsufficientMemoryException">There is no memory for the hash.</exception>
    public static string Create(string password)
    {
        var bytes = Utf8.GetBytes(password);
        Span<byte> hash = stackalloc byte[Libsodium.HashStringLength];
        try
        {
            var result = Libsodium.HashToString(
                hash, bytes, (ulong)bytes.Length, Passes, (nuint)MemoryKib * 1024, Libsodium.Argon2id);
            return result == 0
                ? Encoding.ASCII.GetString(hash[..hash.IndexOf((byte)0)])
                : throw new InsufficientMemoryException($"A password hash needs {MemoryKib} KiB of memory, which are not there.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Whether it is this password, compared in constant time.</summary>
    public static bool Verify(string hash, string password)
    {
        var bytes = Utf8.GetBytes(password);
        try
        {
            return Libsodium.VerifyString(Encoding.ASCII.GetBytes(hash + '\0'), bytes, (ulong)bytes.Length) == 0;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Whether the hash was made with less work than is asked for today, and should be made anew at the next sign-in.</summary>
    public static bool IsOutdated(string hash)
    {
        var match = Parameters().Match(hash);
        return !match.Success || Number(match.Groups[1]) < MemoryKib || Number(match.Groups[2]) < Passes;
    }

    private static long Number(Group digits) => long.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=\d{1,9}\$")]
    private static partial Regex Parameters();
}
