namespace GoCart.BuildingBlocks.Auth;

/// <summary>How long a password may be, in Unicode code points: an emoji is one. It is otherwise taken as it is.</summary>
public static class Password
{
    public const int MinLength = 8;
    public const int MaxLength = 128;

    /// <summary>The rule as a sentence, with <c>{0}</c> for what must keep it.</summary>
    public const string Rule = "{0} must have 8 to 128 characters.";

    public static bool IsAcceptable(string password) => LengthOf(password) is >= MinLength and <= MaxLength;

    public static int LengthOf(string password) => password.EnumerateRunes().Count();
}
