using System.ComponentModel.DataAnnotations;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>Section <c>Auth</c>: what an access token must say to be accepted.</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>The <c>iss</c> claim.</summary>
    [Required(ErrorMessage = "Set Auth:Issuer to the name of the issuer of access tokens.")]
    public string Issuer { get; init; } = "gocart";

    /// <summary>The <c>aud</c> claim.</summary>
    [Required(ErrorMessage = "Set Auth:Audience to the name of the audience of access tokens.")]
    public string Audience { get; init; } = "gocart-api";
}
