using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Users.Sessions;

/// <summary>GET /.well-known/jwks.json: the public keys of access tokens, RFC 7517.</summary>
internal static class GetSigningKeys
{
    public static Ok<Response> Handle(KeyRing keys) => TypedResults.Ok(new Response(
        [.. keys.Published.Keys.Select(key => new Key(key.Kty, key.Crv, key.X, key.Y, key.Kid, key.Use, key.Alg))]));

    internal sealed record Response(IReadOnlyList<Key> Keys);

    internal sealed record Key(string Kty, string Crv, string X, string Y, string Kid, string Use, string Alg);
}
