namespace GoCart.BuildingBlocks.Http;

/// <summary>Ids in routes and bodies: a UUID in its 36-character form, and in no other that .NET would also read.</summary>
public static class RouteId
{
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        // The length first: blanks around it would be cut off.
        return text?.Length == 36 && Guid.TryParseExact(text, "D", out id);
    }
}
