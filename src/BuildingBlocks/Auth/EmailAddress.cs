using System.Globalization;
using System.Text;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>E-mail addresses as they are kept and compared: trimmed, with ASCII letters in lower case.</summary>
/// <remarks>
/// Whether mail arrives there only sending one could tell, so the rule refuses no more than what is certainly wrong: 3 to 254
/// characters, one @ with something on both sides, nothing invisible.
/// </remarks>
public static class EmailAddress
{
    public const int MinLength = 3;
    public const int MaxLength = 254;

    /// <summary>The rule as a sentence, with <c>{0}</c> for what must keep it.</summary>
    public const string Rule = "{0} must be an e-mail address of 3 to 254 characters, with one @ and without spaces.";

    public static string Normalize(string text) =>
        string.Concat(text.Trim().Select(character => char.IsAsciiLetterUpper(character) ? (char)(character | 0x20) : character));

    /// <param name="email">Normalized.</param>
    public static bool IsValid(string email)
    {
        var length = email.EnumerateRunes().Count();
        return length is >= MinLength and <= MaxLength
            && !email.EnumerateRunes().Any(IsInvisible)
            && email.Split('@') is [{ Length: > 0 }, { Length: > 0 }];
    }

    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
