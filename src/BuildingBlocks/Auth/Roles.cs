namespace GoCart.BuildingBlocks.Auth;

/// <summary>What the <c>role</c> claim may say; docs/security.md has the table of what each may do.</summary>
public static class Roles
{
    public const string Customer = "customer";

    /// <summary>Keeps the catalog: products, prices, stock.</summary>
    public const string Catalog = "catalog";

    /// <summary>Helps customers: reads orders, and cancels them.</summary>
    public const string Support = "support";

    /// <summary>May do everything, and alone gives roles and reads the audit log.</summary>
    public const string Admin = "admin";

    /// <summary>Everybody who works for the store.</summary>
    public static IReadOnlyList<string> Staff { get; } = [Catalog, Support, Admin];

    public static bool IsKnown(string? role) => role is Customer or Catalog or Support or Admin;
}
