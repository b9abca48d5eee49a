using System.Net;
using Dapper;
using GoCart.Faults.Load;

namespace GoCart.Faults.Catalogue;

/// <summary>Nothing fails here: many customers want the same at the same moment.</summary>
internal abstract class Race : Fault
{
    public override Length Length => default;

    public override Task HealAsync(Scene scene) => Task.CompletedTask;
}

/// <summary>A thousand orders, each cancelled twice at once as soon as it is there, before its stock is or after.</summary>
internal sealed class CreateCancelCancel : Race
{
    private const int Orders = 1000;

    public override string Name => "create-cancel-cancel";

    public override Task InjectAsync(Scene scene) => Burst.RunAsync(
        scene.Shop.Crowd(Orders),
        async buyer =>
        {
            await buyer.AddItemAsync(scene.Shop.Assortment[0].Id, 1);
            if (await buyer.PlaceOrderAsync(cancellationToken: scene.Cancelled) is { } order)
                await Task.WhenAll(buyer.CancelAsync(order.Id), buyer.CancelAsync(order.Id));
        },
        scene.Cancelled);
}

/// <summary>A thousand people, a hundred units: a hundred get one, and all know it within 15 s.</summary>
internal sealed class ThousandBuyers : Race
{
    private const int Stock = 100;
    private const int Buyers = 1000;

    private Guid _productId;

    public override string Name => "thousand-buyers";

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(15);

    public override async Task InjectAsync(Scene scene)
    {
        _productId = (await scene.Shop.CreateProductAsync("Wanted", 100, Stock)).Id;
        var buyers = scene.Shop.Crowd(Buyers);
        await Burst.RunAsync(buyers, buyer => buyer.AddItemAsync(_productId, 1), scene.Cancelled);
        await Burst.RunAsync(buyers, buyer => buyer.PlaceOrderAsync(cancellationToken: scene.Cancelled), scene.Cancelled);
    }

    /// <summary>When the last of them knows.</summary>
    public override Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit) => EventFlow.WaitForAsync(
        scene, limit,
        """
        select not exists (
            select from orders join order_items on order_id = orders.id where product_id = @_productId and stock_state = 'awaiting')
        """,
        new { _productId });

    public override async Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene)
    {
        await using var orders = await scene.Store.ConnectAsync("orders", scene.Cancelled);
        var reserved = await orders.ExecuteScalarAsync<long>(
            """
            select count(*) from orders join order_items on order_id = orders.id
            where product_id = @_productId and stock_state = 'reserved'
            """,
            new { _productId });
        return reserved == Stock ? [] : [new("I9", $"{Buyers} people wanted {Stock} units, and {reserved} got one")];
    }
}

/// <summary>Carts with A and then B against carts with B and then A: whoever locked them as they come would lock up.</summary>
internal sealed class CrossedCarts : Race
{
    private const int Buyers = 200;

    public override string Name => "crossed-carts";

    public override Task InjectAsync(Scene scene) => Burst.RunAsync(
        scene.Shop.Crowd(Buyers).Index(),
        async buyer =>
        {
            var (first, second) = buyer.Index % 2 == 0 ? (0, 1) : (1, 0);
            await buyer.Item.AddItemAsync(scene.Shop.Assortment[first].Id, 1);
            await buyer.Item.AddItemAsync(scene.Shop.Assortment[second].Id, 1);
            await buyer.Item.PlaceOrderAsync(cancellationToken: scene.Cancelled);
        },
        scene.Cancelled);
}

/// <summary>Fifty tabs refresh with one token at once; later somebody comes with an old one, and the session is over.</summary>
internal sealed class RefreshRace : Race
{
    private const int Tabs = 50;

    private readonly List<BrokenPromise> _broken = [];

    public override string Name => "refresh-race";

    public override async Task InjectAsync(Scene scene)
    {
        var session = await CookieSession.BeginAsync(scene.Shop);
        var first = session.Cookie;
        var statuses = await Task.WhenAll(Enumerable.Range(0, Tabs).Select(_ => session.RefreshAsync(first)));
        Expect(statuses.Any(status => status == HttpStatusCode.OK), $"none of {Tabs} tabs got a new token");

        await using var users = await scene.Store.ConnectAsync("users", scene.Cancelled);
        var live = await users.ExecuteScalarAsync<long>(
            """
            select coalesce(max(count), 0) from (
                select count(*) from refresh_tokens where retired_at is null group by session_id) as live
            """);
        Expect(live <= 1, $"a session has {live} live refresh tokens");

        Expect(await session.RefreshAsync() == HttpStatusCode.OK, "the newest token was refused");
        Expect(await session.RefreshAsync(first) == HttpStatusCode.Unauthorized, "a token two generations old was taken");
        Expect(await session.RefreshAsync() == HttpStatusCode.Unauthorized, "the session outlived the reuse of an old token");
    }

    public override Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene) =>
        Task.FromResult<IReadOnlyList<BrokenPromise>>(_broken);

    private void Expect(bool isSo, string otherwise)
    {
        if (!isSo)
            _broken.Add(new("I11", otherwise));
    }
}

/// <summary>
/// Two products are repriced, always first A and then B, restocked, and in the end deleted, while orders of both fly: every
/// order has prices of one moment.
/// </summary>
internal sealed class ProductsChanged : Race
{
    private const int Buyers = 100;

    private Guid _a, _b;

    public override string Name => "products-changed";

    public override async Task InjectAsync(Scene scene)
    {
        _a = (await scene.Shop.CreateProductAsync("A", 1000, 100)).Id;
        _b = (await scene.Shop.CreateProductAsync("B", 1000, 100)).Id;
        var buying = Burst.RunAsync(
            scene.Shop.Crowd(Buyers),
            async buyer =>
            {
                await buyer.AddItemAsync(_a, 1);
                await buyer.AddItemAsync(_b, 1);
                await buyer.PlaceOrderAsync(cancellationToken: scene.Cancelled);
            },
            scene.Cancelled);

        for (var price = 1001; !buying.IsCompleted; price++)
        {
            await scene.Shop.ChangeProductAsync(_a, new { price_cents = price, stock = scene.Random.Next(50, 150) });
            await scene.Shop.ChangeProductAsync(_b, new { price_cents = price });
            if (price == 1100)
                await scene.Shop.DeleteProductAsync(_b);
        }

        await buying;
        await scene.Shop.DeleteProductAsync(_a);
    }

    public override async Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene)
    {
        await using var orders = await scene.Store.ConnectAsync("orders", scene.Cancelled);
        var torn = await orders.QueryAsync<Guid>(
            """
            select a.order_id from order_items a join order_items b on b.order_id = a.order_id
            where a.product_id = @_a and b.product_id = @_b and a.price_cents - b.price_cents not in (0, 1)
            """,
            new { _a, _b });
        return [.. torn.Select(order => new BrokenPromise("I5", $"order {order} has prices of two moments"))];
    }
}
