using System.Globalization;
using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Operator.Repair;

/// <summary>The stock is what was sold from; where the ledger sums to something else, it gets one more entry.</summary>
internal static class LedgerRepair
{
    public static Task<RepairResult> CorrectAsync(
        OperatorSettings settings, Guid productId, TimeProvider clock, CancellationToken cancellationToken) =>
        OwnerConnection.InTransactionAsync(
            settings, "products", tx => CorrectAsync(tx, productId, clock.GetUtcNow(), cancellationToken), cancellationToken);

    private static async Task<RepairResult> CorrectAsync(
        NpgsqlTransaction tx, Guid productId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Sales and adjustments wait meanwhile, as they do for each other.
        if (await tx.QuerySingleOrDefaultAsync<int?>("select stock from products where id = @productId for no key update", new { productId }, cancellationToken)
            is not { } stock)
            return new(IsDone: false, $"There is no product {productId} any more.");

        var sum = await tx.QuerySingleOrDefaultAsync<long>(
            "select coalesce(sum(delta), 0) from stock_ledger where product_id = @productId", new { productId }, cancellationToken);
        if (sum == stock)
            return new(IsDone: false, $"The ledger of product {productId} sums to its stock again.");

        var reason = string.Create(CultureInfo.InvariantCulture, $"gocart audit --repair: the stock was {stock}, the ledger summed to {sum}");
        await tx.ExecuteAsync(
            """
            insert into stock_ledger (product_id, kind, delta, reason, at)
            values (@productId, 'adjustment', @delta, @reason, @now);

            update products set updated_at = @now, version = version + 1 where id = @productId
            """,
            new { productId, delta = checked((int)(stock - sum)), reason, now }, cancellationToken);
        return new(IsDone: true, string.Create(
            CultureInfo.InvariantCulture, $"The ledger of product {productId} got an adjustment of {stock - sum:+0;-0}: {reason}."));
    }
}
