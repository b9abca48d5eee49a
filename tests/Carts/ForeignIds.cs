namespace GoCart.Tests.Carts;

/// <summary>Ids that are not the caller's: somebody else's, unknown ones, and other ways to write one.</summary>
internal static class ForeignIds
{
    public static IEnumerable<string> Around(Guid somebodyElses) =>
    [
        somebodyElses.ToString("D"),
        Guid.NewGuid().ToString("D"),
        Guid.Empty.ToString("D"),
        $"{{{Guid.NewGuid():D}}}",
        Guid.NewGuid().ToString("N"),
        "1",
        "x",
        new string('a', 2000),
    ];
}
