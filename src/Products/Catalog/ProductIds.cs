using GoCart.BuildingBlocks.Http;

namespace GoCart.Products.Catalog;

/// <summary>The ids of <c>?ids=</c>, separated by commas.</summary>
internal static class ProductIds
{
    public const int Max = 100;

    /// <summary>Every one must be an id; the same one twice is harmless.</summary>
    public static bool TryParse(string text, out Guid[] ids)
    {
        ids = [];
        // One more than the maximum is enough to know.
        var parts = text.Split(',', Max + 1);
        if (parts.Length > Max)
            return false;

        var parsed = new Guid[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!RouteId.TryParse(parts[i], out parsed[i]))
                return false;
        }
        ids = parsed;
        return true;
    }
}
