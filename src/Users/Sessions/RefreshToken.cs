using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace GoCart.Users.Sessions;

/// <summary>256 random bits that keep a session alive; the database knows only their SHA-256.</summary>
/// <remarks>A class and not a record, so that no log can print the secret by printing the token.</remarks>
internal sealed class RefreshToken
{
    private const int Bytes = 32;
    private const int Characters = 43;

    private readonly byte[] _secret;

    private RefreshToken(byte[] secret) => _secret = secret;

    /// <summary>As it is stored and looked up. Fast, because nobody can guess 256 random bits.</summary>
    public byte[] Hash => SHA256.HashData(_secret);

    /// <summary>As the client keeps it: base64url.</summary>
    public string Text => Base64Url.EncodeToString(_secret);

    public static RefreshToken Create() => new(RandomNumberGenerator.GetBytes(Bytes));

    public static byte[] CreateSalt() => RandomNumberGenerator.GetBytes(Bytes);

    /// <summary>Null when the text is no refresh token.</summary>
    public static RefreshToken? Parse(string? text)
    {
        var secret = new byte[Bytes];
        // TryDecodeFromChars throws when the last character has a bit too many.
        return text is { Length: Characters }
            && Base64Url.DecodeFromChars(text, secret, out _, out var count) == OperationStatus.Done && count == Bytes
            ? new RefreshToken(secret)
            : null;
    }

    /// <summary>The token that replaces this one.</summary>
    /// <remarks>
    /// It comes from both the token and the salt, so that a client whose answer got lost, or which asked twice at once, is given
    /// the same successor again, although the database alone cannot tell it.
    /// </remarks>
    /// <param name="salt">From <see cref="CreateSalt"/>, new for every replacement.</param>
    public RefreshToken Successor(byte[] salt) => new(HMACSHA256.HashData(_secret, salt));
}
