namespace GoCart.Cli.Formats;

/// <summary>How many of a product, as people type it.</summary>
internal static class Quantity
{
    public const int Largest = 999;

    /// <param name="smallest">1; or 0 where that means none.</param>
    public static (int Value, string? Problem) Read(string text, int smallest = 1) =>
        WholeNumber.TryParse(text, out var quantity)
            && quantity >= smallest && quantity <= Largest
            ? (quantity, null)
            : (0, $"\"{text}\" is not a quantity from {smallest} to {Largest}.");
}
