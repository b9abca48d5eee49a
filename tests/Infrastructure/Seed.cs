using System.Globalization;

namespace GoCart.Tests.Infrastructure;

/// <summary>Where chance begins: another place every time, or that of a run that failed.</summary>
internal static class Seed
{
    public const string Variable = "GOCART_TEST_SEED";

    public static int Next() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : Random.Shared.Next();
}
