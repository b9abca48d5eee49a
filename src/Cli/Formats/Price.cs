using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GoCart.Cli.Formats;

/// <summary>Prices as people write them, "19.99", and as the store counts them, 1999 cents. No floating point in between.</summary>
internal static class Price
{
    /// <summary>Reads digits with at most two decimals after a point; no sign, no exponent, no separators of thousands.</summary>
    /// <param name="problem">What is wrong with the text, as a sentence for the person who typed it.</param>
    public static bool TryParse(string text, out long cents, [NotNullWhen(false)] out string? problem)
    {
        cents = 0;
        var price = text.AsSpan().Trim();
        var point = price.IndexOf('.');
        var units = point < 0 ? price : price[..point];
        var decimals = point < 0 ? [] : price[(point + 1)..];

        problem = price switch
        {
            ['-', ..] => "A price cannot be negative.",
            _ when !AreDigits(units) || (point >= 0 && !AreDigits(decimals)) => "Write a price like 19.99, with a point.",
            _ when decimals.Length > 2 => "A price has at most two decimals.",
            _ when !TryCount(units, decimals, out cents) => "This price is too large.",
            _ => null,
        };
        return problem is null;
    }

    /// <summary>1999 and USD become "19.99 USD".</summary>
    public static string Format(long cents, string currency) => $"{Format(cents)} {SafeText.Line(currency)}";

    /// <summary>1999 becomes "19.99", which <see cref="TryParse"/> reads back.</summary>
    public static string Format(long cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    // Not char.IsDigit, which also takes the digits of other scripts.
    private static bool AreDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private static bool TryCount(ReadOnlySpan<char> units, ReadOnlySpan<char> decimals, out long cents)
    {
        cents = 0;
        try
        {
            foreach (var digit in units)
                cents = checked(cents * 10 + (digit - '0'));

            for (var place = 0; place < 2; place++)
                cents = checked(cents * 10 + (place < decimals.Length ? decimals[place] - '0' : 0));

            return true;
        }
        catch (OverflowException)
        {
            cents = 0;
            return false;
        }
    }
}
