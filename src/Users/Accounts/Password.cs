using System.ComponentModel.DataAnnotations;

namespace GoCart.Users.Accounts;

/// <summary>How long a password may be, in Unicode code points: an emoji is one. It is otherwise taken as it is.</summary>
internal static class Password
{
    public const int MinLength = 8;
    public const int MaxLength = 128;

    public static int LengthOf(string password) => password.EnumerateRunes().Count();
}

/// <summary>A field that holds a new <see cref="Password"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class NewPasswordAttribute() : ValidationAttribute("{0} must have 8 to 128 characters.")
{
    public override bool IsValid(object? value) =>
        value is string text && Password.LengthOf(text) is >= Password.MinLength and <= Password.MaxLength;
}
