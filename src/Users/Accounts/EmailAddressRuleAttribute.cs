using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Auth;

namespace GoCart.Users.Accounts;

/// <summary>A field that must hold an <see cref="EmailAddress"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EmailAddressRuleAttribute() : ValidationAttribute(EmailAddress.Rule)
{
    public override bool IsValid(object? value) => value is string text && EmailAddress.IsValid(EmailAddress.Normalize(text));
}
