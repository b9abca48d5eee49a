using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts.Users;

namespace GoCart.Products.Catalog;

/// <summary>What products writes into the audit log: who created, changed or deleted a product, and what it was before.</summary>
internal static class ProductAudit
{
    public static AuditEntry Created(HttpContext context, CurrentUser actor, Product product) => AuditLog.Entry(
        context, product.CreatedAt, "product.created", actor, product.Id, after: Fields(product));

    public static AuditEntry Deleted(HttpContext context, CurrentUser actor, Guid productId, DateTimeOffset at) =>
        AuditLog.Entry(context, at, "product.deleted", actor, productId);

    public static AuditEntry Changed(HttpContext context, CurrentUser actor, Product before, Product after)
    {
        var (old, current) = (Fields(before), Fields(after));
        var changed = current.Where(field => !Equals(field.Value, old[field.Key])).ToDictionary();
        return AuditLog.Entry(
            context, after.UpdatedAt, "product.changed", actor, after.Id,
            before: changed.Keys.ToDictionary(name => name, name => old[name]), after: changed);
    }

    private static Dictionary<string, object?> Fields(Product product) => new()
    {
        ["name"] = product.Name,
        ["description"] = product.Description,
        ["price_cents"] = product.PriceCents,
        ["stock"] = product.Stock,
        ["is_active"] = product.IsActive,
    };
}
