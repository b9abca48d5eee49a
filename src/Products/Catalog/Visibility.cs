namespace GoCart.Products.Catalog;

/// <summary>Which products a list shows.</summary>
/// <param name="Inactive">Also those taken off sale for the moment.</param>
/// <param name="Deleted">Also those taken off sale for good.</param>
internal readonly record struct Visibility(bool Inactive, bool Deleted)
{
    public static readonly Visibility OnSale;

    /// <summary>A condition on products; a text of its own for each case, so that the indexes products_on_sale and products_not_deleted fit.</summary>
    public string Condition => this switch
    {
        { Inactive: false, Deleted: false } => "is_active and deleted_at is null",
        { Inactive: true, Deleted: false } => "deleted_at is null",
        { Inactive: false, Deleted: true } => "(is_active or deleted_at is not null)",
        { Inactive: true, Deleted: true } => "true",
    };

    /// <summary>Reads <c>?include=inactive,deleted</c>: either, both or none.</summary>
    public static bool TryParse(string? include, out Visibility visibility)
    {
        visibility = OnSale;
        if (include is null)
            return true;

        foreach (var word in include.Split(','))
        {
            switch (word)
            {
                case "inactive":
                    visibility = visibility with { Inactive = true };
                    break;
                case "deleted":
                    visibility = visibility with { Deleted = true };
                    break;
                default:
                    return false;
            }
        }
        return true;
    }
}
