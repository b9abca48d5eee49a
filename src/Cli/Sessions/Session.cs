using System.Text.Json.Serialization;

namespace GoCart.Cli.Sessions;

/// <summary>Somebody signed in to one store.</summary>
/// <param name="AccessToken">For <c>Authorization: Bearer</c>; short-lived.</param>
/// <param name="RefreshToken">Gets the next access token, once; every refresh replaces it.</param>
internal sealed record Session(string Email, string Role, string AccessToken, string RefreshToken)
{
    [JsonIgnore]
    public bool KeepsCatalog => Role is "catalog" or "admin";

    [JsonIgnore]
    public bool HandlesOrders => Role is "support" or "admin";

    /// <summary>No log can print the tokens by printing the session.</summary>
    public override string ToString() => nameof(Session);
}
