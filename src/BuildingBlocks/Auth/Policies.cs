namespace GoCart.BuildingBlocks.Auth;

/// <summary>The policies that routes name; a route names one, or says that it lets everybody in.</summary>
public static class Policies
{
    public const string SignedIn = "signed-in";

    /// <summary>Products and their stock: catalog and admin.</summary>
    public const string Catalog = "catalog";

    /// <summary>Everybody's orders: support and admin.</summary>
    public const string Support = "support";

    /// <summary>Accounts, roles, the audit log: admin alone.</summary>
    public const string Admin = "admin";

    /// <summary>Those for people who work for the store, each with the roles it lets in.</summary>
    public static IReadOnlyDictionary<string, string[]> Staff { get; } = new Dictionary<string, string[]>
    {
        [Catalog] = [Roles.Catalog, Roles.Admin],
        [Support] = [Roles.Support, Roles.Admin],
        [Admin] = [Roles.Admin],
    };
}
