namespace GoCart.Carts;

/// <summary>What may be in a cart and what stays in it, without the database.</summary>
internal static class CartRules
{
    /// <summary>Units of one product.</summary>
    public const int MaxQuantity = 999;

    /// <summary>Different products. Also what one call to products can ask for.</summary>
    public const int MaxItems = 100;

    /// <summary>What keeps some units from being added, if anything does.</summary>
    /// <param name="items">Different products in the cart.</param>
    /// <param name="quantity">Units of this product in the cart; 0 if it is not there.</param>
    /// <param name="stock">Units that can be sold: the cart reserves nothing, but holds no more than that when it is changed.</param>
    public static Refusal Add(int items, int quantity, int added, int stock)
    {
        if (quantity == 0 && items >= MaxItems)
            return Refusal.CartLimit;

        var sum = checked(quantity + added);
        return sum > MaxQuantity ? Refusal.CartLimit
            : sum > stock ? Refusal.InsufficientStock
            : Refusal.None;
    }

    /// <summary>The quantity that stays of an item when its product was ordered; 0 means that the item goes.</summary>
    /// <param name="createdVersion">The version of the cart in which the item was put in.</param>
    /// <param name="orderedVersion">The version of the cart that was ordered.</param>
    public static int RemainsAfterOrder(int quantity, long createdVersion, int ordered, long orderedVersion) =>
        // Put in after checkout began: another item, even of the same product.
        createdVersion > orderedVersion ? quantity
        // Units added to the item since then stay; of units taken out since then nothing is left to remove.
        : Math.Max(0, checked(quantity - ordered));

    /// <summary>Price of an item in cents; cannot overflow within the limits of quantity and price, and would fail rather than wrap.</summary>
    public static long LineTotal(int quantity, long priceCents) => checked(quantity * priceCents);
}

internal enum Refusal
{
    None,
    CartLimit,
    InsufficientStock,
}
