using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Makes and checks the opaque text that says where a list goes on.</summary>
/// <remarks>
/// A cursor holds a position and a tag over that position and the list it belongs to, so that it can neither be forged nor be
/// carried over to another list.
/// </remarks>
public sealed class PageCursors
{
    private const int TagLength = 16;

    private readonly byte[] _key;

    /// <exception cref="InvalidOperationException">Paging:Key is missing or a pattern outside development, or is not 32 bytes in base64.</exception>
    public PageCursors(IConfiguration configuration, IHostEnvironment environment)
    {
        if (configuration["Paging:Key"] is { Length: > 0 } text)
        {
            _key = new byte[32];
            if (!Convert.TryFromBase64String(text, _key, out var length) || length != _key.Length)
                throw new InvalidOperationException("Set Paging:Key to 32 random bytes in base64, the same for all copies of the service.");
            if (!environment.IsDevelopment() && !LooksRandom(_key))
                throw new InvalidOperationException("Paging:Key does not look random; generate it with: openssl rand -base64 32.");
        }
        else
        {
            _key = environment.IsDevelopment()
                ? RandomNumberGenerator.GetBytes(32)
                : throw new InvalidOperationException("Set Paging:Key: 32 random bytes in base64, the same for all copies of the service.");
        }
    }

    public string Encode(string list, string position)
    {
        var bytes = Encoding.UTF8.GetBytes(position);
        return Base64Url.EncodeToString([.. Tag(list, bytes), .. bytes]);
    }

    /// <summary>The position a cursor of this list stands for, or null if it is none of ours.</summary>
    public string? Decode(string list, string cursor)
    {
        if (cursor.Length > 512 || !Base64Url.IsValid(cursor))
            return null;

        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length < TagLength)
            return null;

        var position = bytes.AsSpan(TagLength);
        return CryptographicOperations.FixedTimeEquals(Tag(list, position), bytes.AsSpan(0, TagLength))
            ? Encoding.UTF8.GetString(position)
            : null;
    }

    /// <summary>Not zeros, not a sentence in ASCII: of 32 random bytes, that happens once in 2^32.</summary>
    private static bool LooksRandom(byte[] key) =>
        key.Distinct().Count() > 16 && key.Any(value => value >= 0x80);

    private byte[] Tag(string list, ReadOnlySpan<byte> position)
    {
        byte[] message = [.. Encoding.UTF8.GetBytes(list), 0, .. position];
        return HMACSHA256.HashData(_key, message)[..TagLength];
    }
}
