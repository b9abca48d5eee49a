using System.Security.Cryptography;
using System.Text.Json;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Carts;

namespace GoCart.Carts;

/// <summary>
/// The entity tag of a cart, such as <c>"7-1f0c9a5e44d2b310"</c>: its version, and a hash of what is shown, because a price or
/// a stock can change while the cart does not.
/// </summary>
internal static class CartETag
{
    /// <summary>The version of a cart that does not exist yet.</summary>
    public const long NoCart = 0;

    public static string For(CartResponse cart)
    {
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(cart, StrictJson.Options));
        return $"\"{cart.Version}-{Convert.ToHexStringLower(hash.AsSpan(0, 8))}\"";
    }

    /// <summary>
    /// Whether <c>If-Match</c> is absent or names this version. Prices do not count: a change is lost only to another change
    /// of the cart, and what an order costs is settled when it is placed.
    /// </summary>
    /// <exception cref="ProblemException">400 when the header cannot be understood.</exception>
    public static bool AllowsChange(HttpRequest request, long version) => ChangesAllowedBy(request)(version);

    /// <summary>As <see cref="AllowsChange"/>, of a version that is not known yet.</summary>
    /// <exception cref="ProblemException">400 when the header cannot be understood.</exception>
    public static Func<long, bool> ChangesAllowedBy(HttpRequest request)
    {
        var allows = ETags.ChangesAllowedBy(request);
        return version => allows(tag => tag.StartsWith($"\"{version}-", StringComparison.Ordinal));
    }
}
