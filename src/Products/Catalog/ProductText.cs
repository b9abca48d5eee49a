using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;

namespace GoCart.Products.Catalog;

/// <summary>What may stand in a product's name and description. Lengths count characters as PostgreSQL does: Unicode code points.</summary>
internal static class ProductText
{
    public const int MaxNameLength = 200;
    public const int MaxDescriptionLength = 10_000;

    /// <summary>1 to 200 characters of one line, of which at least one can be seen; nothing that turns the direction of writing.</summary>
    public static bool IsName(string text)
    {
        var length = 0;
        var isVisible = false;
        foreach (var character in text.EnumerateRunes())
        {
            if (++length > MaxNameLength || Rune.IsControl(character) || IsBidirectionalControl(character.Value))
                return false;
            isVisible |= IsVisible(character);
        }
        return isVisible;
    }

    /// <summary>Up to 10,000 characters, with line breaks and tabs but no other control characters.</summary>
    public static bool IsDescription(string text)
    {
        var length = 0;
        foreach (var character in text.EnumerateRunes())
        {
            if (++length > MaxDescriptionLength || (Rune.IsControl(character) && character.Value is not ('\t' or '\r' or '\n')))
                return false;
        }
        return true;
    }

    /// <summary>Unicode's Bidi_Control characters, UAX #9: with them a name can read as another.</summary>
    private static bool IsBidirectionalControl(int character) =>
        character is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool IsVisible(Rune character) => Rune.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // Zero-width characters; marks need a letter to stand on.
        UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => false,
        // Letters and a symbol by name, but blank: the fillers of Hangul and the empty Braille pattern.
        _ => character.Value is not (0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800),
    };
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class ProductNameAttribute()
    : ValidationAttribute("{0} must be 1 to 200 characters on one line, not all of them invisible, without control characters.")
{
    public override bool IsValid(object? value) => value is string name && ProductText.IsName(name);
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class ProductDescriptionAttribute()
    : ValidationAttribute("{0} must be up to 10,000 characters, without control characters but tab and line breaks.")
{
    public override bool IsValid(object? value) =>
        value is null || (value is string description && ProductText.IsDescription(description));
}
