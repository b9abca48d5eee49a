using System.Reflection;
using System.Runtime.InteropServices;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>The calls of libsodium that password hashing needs: .NET has no Argon2.</summary>
/// <remarks>NSec would replace it; see docs/decisions/0002-packages.md.</remarks>
internal static partial class Libsodium
{
    /// <summary>Length of a PHC string's buffer, its final zero included: <c>crypto_pwhash_STRBYTES</c>.</summary>
    public const int HashStringLength = 128;

    /// <summary><c>crypto_pwhash_ALG_ARGON2ID13</c></summary>
    public const int Argon2id = 2;

    private const string Name = "libsodium";

    // What the library is called: Debian 12 and older, Debian 13 and newer, any Linux with the headers, macOS, Windows.
    // AppHost/Installing/Requirement.cs looks for the same.
    private static readonly string[] FileNames =
    [
        "libsodium.so.23", "libsodium.so.26", "libsodium.so", "libsodium",
        "libsodium.dylib", "/opt/homebrew/lib/libsodium.dylib", "/usr/local/lib/libsodium.dylib", "libsodium.dll",
    ];

    /// <exception cref="DllNotFoundException">It is not installed; the message says what to install.</exception>
    static Libsodium()
    {
        NativeLibrary.SetDllImportResolver(typeof(Libsodium).Assembly, Resolve);
        if (Initialize() < 0)
            throw new InvalidOperationException("libsodium could not be initialized.");
    }

    [LibraryImport(Name, EntryPoint = "crypto_pwhash_str_alg")]
    public static partial int HashToString(
        Span<byte> hash, ReadOnlySpan<byte> password, ulong passwordLength, ulong passes, nuint memoryBytes, int algorithm);

    [LibraryImport(Name, EntryPoint = "crypto_pwhash_str_verify")]
    public static partial int VerifyString(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> password, ulong passwordLength);

    [LibraryImport(Name, EntryPoint = "sodium_init")]
    private static partial int Initialize();

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Name)
            return IntPtr.Zero;

        foreach (var fileName in FileNames)
        {
            if (NativeLibrary.TryLoad(fileName, assembly, searchPath, out var library))
                return library;
        }
        throw new DllNotFoundException(
            "Passwords are hashed by libsodium, which is not installed. Install it: apt-get install libsodium23 (Debian 12, "
            + "Ubuntu), dnf install libsodium (Fedora), apk add libsodium (Alpine), brew install libsodium (macOS).");
    }
}
