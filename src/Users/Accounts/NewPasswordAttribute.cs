using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Auth;

namespace GoCart.Users.Accounts;

/// <summary>A field that holds a new <see cref="Password"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class NewPasswordAttribute() : ValidationAttribute(Password.Rule)
{
    public override bool IsValid(object? value) => value is string text && Password.IsAcceptable(text);
}
