using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Contracts.Users;

namespace GoCart.Cli.Api;

/// <summary>A list the store can give, with its filters.</summary>
internal sealed record ListOf<T>(string Route, bool SignedIn)
{
    public const int LargestPage = 200;

    private readonly List<KeyValuePair<string, string>> _filters = [];

    public ListOf<T> Where(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            _filters.Add(new(name, value));
        return this;
    }

    public string Path(int limit) =>
        $"{Route}?limit={limit}{string.Concat(_filters.Select(filter => $"&{filter.Key}={Uri.EscapeDataString(filter.Value)}"))}";
}

internal static class Lists
{
    /// <summary>What is on sale.</summary>
    public static ListOf<ProductResponse> Products(string? search = null) =>
        new ListOf<ProductResponse>("/api/products", SignedIn: false).Where("q", search);

    /// <param name="include">Of <c>inactive</c> and <c>deleted</c>, separated by a comma.</param>
    public static ListOf<ProductResponse> AllProducts(string? include, string? search = null) =>
        new ListOf<ProductResponse>("/admin/products", SignedIn: true).Where("include", include).Where("q", search);

    public static ListOf<StockLedgerEntry> StockLedger(Guid productId) => new($"/admin/products/{productId}/stock", SignedIn: true);

    public static ListOf<OrderResponse> MyOrders(string? status = null) =>
        new ListOf<OrderResponse>("/api/orders", SignedIn: true).Where("status", status);

    public static ListOf<SessionResponse> MySessions() => new("/api/me/sessions", SignedIn: true);

    /// <param name="email">How the address begins.</param>
    public static ListOf<AccountResponse> Users(string? email) =>
        new ListOf<AccountResponse>("/admin/users", SignedIn: true).Where("email", email);

    public static ListOf<AuditEntry> AuditLog(Guid? actor, Guid? target, string? service) =>
        new ListOf<AuditEntry>("/admin/audit-log", SignedIn: true)
            .Where("actor", actor?.ToString()).Where("target", target?.ToString()).Where("service", service);

    public static ListOf<OrderResponse> AllOrders(string? status = null, string? userId = null) =>
        new ListOf<OrderResponse>("/admin/orders", SignedIn: true).Where("status", status).Where("user_id", userId);
}
