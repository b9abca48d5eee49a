namespace GoCart.BuildingBlocks.Auth;

/// <summary>What the <c>role</c> claim may say.</summary>
public static class Roles
{
    public const string Customer = "customer";
    public const string Admin = "admin";
}

/// <summary>The policies that routes name; a route names one, or says that it lets everybody in.</summary>
public static class Policies
{
    public const string SignedIn = "signed-in";
    public const string Admin = "admin";
}
