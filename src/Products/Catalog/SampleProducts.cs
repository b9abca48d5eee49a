using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <summary>A small shop to look at, for development: <c>migrate --seed</c>. The second time it changes nothing.</summary>
internal static class SampleProducts
{
    public static Task SeedAsync(NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        // Listed newest first, so the last one here is the first one in the shop.
        var products = All.Select((product, index) => (Id: Id(index + 1), product.Name, product.Description, product.PriceCents, product.Stock))
            .ToList();
        return db.ExecuteAsync(
            """
            with product as (
                insert into products (id, name, description, price_cents, stock, is_active, created_at, updated_at)
                select id, name, description, price_cents, stock, true, now(), now()
                from unnest(@ids, @names, @descriptions, @prices, @stocks) as sample (id, name, description, price_cents, stock)
                on conflict (id) do nothing
                returning id, stock, created_at
            )
            insert into stock_ledger (product_id, kind, delta, at)
            select id, 'initial', stock, created_at from product
            """,
            new
            {
                ids = products.Select(product => product.Id).ToArray(),
                names = products.Select(product => product.Name).ToArray(),
                descriptions = products.Select(product => product.Description).ToArray(),
                prices = products.Select(product => product.PriceCents).ToArray(),
                stocks = products.Select(product => product.Stock).ToArray(),
            },
            cancellationToken);
    }

    // Version 7, from a day in 2025: always the same, and older than whatever is created later.
    private static Guid Id(int number) => Guid.Parse($"01942000-0000-7000-8000-{number:x12}");

    private static readonly Sample[] All =
    [
        new("Oak Desk Organizer", "Solid oak with six compartments, oiled by hand. Keeps pens, cards and cables in one place.", 3450, 60),
        new("Cast Iron Skillet 26 cm", "Pre-seasoned, for every stove and the oven. Gets better with the years.", 4200, 45),
        new("Merino Wool Beanie", "Warm, light and soft: knitted from pure merino wool. One size.", 2450, 120),
        new("Stoneware Coffee Mug", "350 ml, reactive glaze, so that no two mugs are alike. Dishwasher safe.", 1650, 200),
        new("Stainless Steel Water Bottle", "750 ml, double-walled: cold for 24 hours, hot for 12. Leakproof lid.", 2900, 150),
        new("Cotton Tote Bag", "Heavy organic cotton with long handles and an inside pocket. Carries 15 kg.", 1400, 300),
        new("Bluetooth Speaker", "Small, loud and waterproof, with 18 hours of battery. Two of them play in stereo.", 5900, 80),
        new("Leather Notebook A5", "192 dotted pages of 120 g paper that no ink bleeds through, bound in vegetable-tanned leather.", 3200, 90),
        new("LED Desk Lamp", "Dimmable from warm to cold white, with a USB-C port for the phone. Remembers its last setting.", 4990, 70),
        new("Mechanical Keyboard", "75 % layout, hot-swappable tactile switches, aluminium case. Cable and Bluetooth.", 12900, 40),
        new("Wireless Headphones", "Over-ear, with noise cancelling and 40 hours of battery. Folds into a case of its own.", 14900, 35),
        new("Everyday Backpack 20 L", "Recycled, water-repellent canvas with a padded 16-inch laptop sleeve.", 8900, 55),
    ];

    private sealed record Sample(string Name, string Description, long PriceCents, int Stock);
}
