using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Products;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <summary>
/// GET /api/products and GET /admin/products: the products newest first, those that fit <c>q</c> best first, or those of <c>ids</c>.
/// </summary>
internal static class ListProducts
{
    /// <param name="q">Words to search for, 1 to 200 characters; "exact words", -without and or are understood.</param>
    /// <param name="ids">Up to 100 ids, separated by commas; alone, without q, limit and cursor.</param>
    public static async Task<Results<PageResult<ProductResponse>, ProblemHttpResult>> Handle(
        string? q, string? ids, Page page,
        HttpContext context, NpgsqlDataSource db, SearchLimit searches, IOptions<StoreOptions> store,
        CancellationToken cancellationToken)
    {
        var answer = await ListAsync(
            q, ids, page, Visibility.OnSale, context.Request, db, searches, store.Value.Currency, cancellationToken);
        if (answer.Result is PageResult<ProductResponse>)
            PublicReads.LetBeStored(context.Response);
        return answer;
    }

    /// <param name="q">Words to search for, 1 to 200 characters; "exact words", -without and or are understood.</param>
    /// <param name="ids">Up to 100 ids, separated by commas; alone, without q, limit and cursor.</param>
    /// <param name="include">inactive, deleted, or both separated by a comma: what to list besides the products on sale.</param>
    public static async Task<Results<PageResult<ProductResponse>, ProblemHttpResult>> HandleAdmin(
        string? q, string? ids, string? include, Page page,
        HttpRequest request, NpgsqlDataSource db, SearchLimit searches, IOptions<StoreOptions> store,
        CancellationToken cancellationToken) =>
        Visibility.TryParse(include, out var visibility)
            ? await ListAsync(q, ids, page, visibility, request, db, searches, store.Value.Currency, cancellationToken)
            : Problem.InvalidParameter("include", "include must be inactive, deleted, or both separated by a comma.");

    private static async Task<Results<PageResult<ProductResponse>, ProblemHttpResult>> ListAsync(
        string? q, string? ids, Page page, Visibility visibility,
        HttpRequest request, NpgsqlDataSource db, SearchLimit searches, string currency, CancellationToken cancellationToken)
    {
        if (ids is not null)
        {
            if (q is not null || request.Query.ContainsKey("limit") || request.Query.ContainsKey("cursor"))
                return Problem.InvalidParameter("ids", "ids stands alone: without q, limit and cursor.");
            if (!ProductIds.TryParse(ids, out var productIds))
                return Problems.InvalidIds();

            return new PageResult<ProductResponse>(
                await ByIdsAsync(productIds, visibility, db, currency, cancellationToken), nextPosition: null);
        }

        if (q is not null)
        {
            if (!SearchProducts.IsQuery(q))
                return Problem.InvalidParameter("q", $"q must be 1 to {SearchProducts.MaxQueryLength} characters, not all blank.");

            using var turn = await searches.EnterAsync(cancellationToken);
            return turn.IsAcquired
                ? await SearchProducts.SearchAsync(q, page, visibility, db, currency, cancellationToken)
                : Problem.Unavailable("Too many searches at once; try again in a second.");
        }

        return page.Of(await NewestAsync(page, visibility, db, currency, cancellationToken), product => product.Id);
    }

    private static async Task<List<ProductResponse>> NewestAsync(
        Page page, Visibility visibility, NpgsqlDataSource db, string currency, CancellationToken cancellationToken)
    {
        var products = await db.QueryAsync<Product>(
            $"""
            select {Product.Columns} from products
            where {visibility.Condition} and id < @before
            order by id desc limit @limit
            """,
            new { before = page.PositionId ?? Guid.AllBitsSet, limit = page.Limit + 1 }, cancellationToken);
        return [.. products.Select(product => product.ToResponse(currency))];
    }

    /// <summary>One statement: all prices are of the same moment.</summary>
    private static async Task<List<ProductResponse>> ByIdsAsync(
        Guid[] productIds, Visibility visibility, NpgsqlDataSource db, string currency, CancellationToken cancellationToken)
    {
        var products = await db.QueryAsync<Product>(
            $"""
            select {Product.Columns} from products
            where {visibility.Condition} and id = any(@productIds)
            order by id desc
            """,
            new { productIds }, cancellationToken);
        return [.. products.Select(product => product.ToResponse(currency))];
    }
}
