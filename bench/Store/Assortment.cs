using GoCart.AppHost.Local;
using Npgsql;

namespace GoCart.Bench.Store;

/// <summary>What is in the store before anything is measured: products, and customers with a cart and a token.</summary>
/// <remarks>The ids are numbers in disguise, so that SQL, pgbench and C# make the same.</remarks>
internal sealed class Assortment
{
    public const int Customers = 128;

    private readonly string[] _tokens;

    private readonly int _products;

    public Assortment(BenchStore store)
    {
        var tokens = store.Tokens;
        _tokens = [.. Enumerable.Range(0, Customers).Select(n => tokens.Issue(CustomerId(n)))];
        _products = store.Size.Products;
    }

    /// <summary>The first half looks at its cart and its orders; the second orders.</summary>
    public static IEnumerable<int> Readers => Enumerable.Range(0, Customers / 2);

    public static IEnumerable<int> Buyers => Enumerable.Range(Customers / 2, Customers / 2);

    public string TokenOf(int customer) => _tokens[customer];

    public static Guid CustomerId(int number) => Id("019a", number);

    public Guid ProductId(int number) => Id("019b", number % _products);

    /// <param name="note">Gets what is worth knowing about the data.</param>
    public static async Task FillAsync(BenchStore store, Action<string> note)
    {
        var size = store.Size;
        await Task.WhenAll(StoreDatabases.Names.Select(database => BulkFill.RunAsync(store, database, FillsOf(database, size))));
        if (size.Orders > 0)
            await History.WeighAsync(store, size, note);
        // For the limits: the same tables, which nobody else uses. A series has no limits.
        else
            await CopyForLimitsAsync(store);
    }

    private static IEnumerable<string> FillsOf(string database, StoreSize size)
    {
        if (database is "products" or "carts")
            yield return With($"{database}.sql");
        if (size.Orders > 0)
            yield return With($"history-of-{database}.sql");

        string With(string file) => Sql.Read(file)
            .Replace("@products", $"{size.Products}", StringComparison.Ordinal)
            .Replace("@customers", $"{Customers}", StringComparison.Ordinal)
            .Replace("@users", $"{size.Users}", StringComparison.Ordinal)
            .Replace("@orders", $"{size.Orders}", StringComparison.Ordinal);
    }

    private static async Task CopyForLimitsAsync(BenchStore store)
    {
        foreach (var database in (string[])["products", "carts", "orders"])
            await store.ExecuteAsync("postgres", $"create database limit_{database} template {database}");
    }

    /// <summary>Puts exactly that many items into the carts of these customers.</summary>
    public static async Task FillCartsAsync(BenchStore store, IEnumerable<int> customers, int items)
    {
        await using var refill = await CartFiller.OpenAsync(store);
        await refill.FillAsync([.. customers], items);
    }

    private static Guid Id(string kind, int number) => Guid.ParseExact($"{kind}0000-0000-7000-8000-{number:x12}", "D");
}

/// <summary>Fills carts by SQL, for scenarios that measure what is done with a full one.</summary>
internal sealed class CartFiller(NpgsqlConnection connection, int products) : IAsyncDisposable
{
    private const string EmptySql =
        """
        delete from cart_items where cart_id = any(
            select ('019c0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid from unnest($1::int[]) as customer (n))
        """;

    private static readonly string FillSql = Sql.Read("fill-carts.sql");

    public static async Task<CartFiller> OpenAsync(BenchStore store)
    {
        var connection = new NpgsqlConnection(store.ConnectionString("carts") + ";Pooling=false;Max Auto Prepare=5;Auto Prepare Min Usages=1");
        await connection.OpenAsync();
        // What is lost in a crash here is nothing that is measured.
        await using var command = new NpgsqlCommand("set synchronous_commit = off", connection);
        await command.ExecuteNonQueryAsync();
        return new(connection, store.Size.Products);
    }

    public async Task FillAsync(int[] customers, int items)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(EmptySql) { Parameters = { new() { Value = customers } } },
                new(FillSql) { Parameters = { new() { Value = customers }, new() { Value = items }, new() { Value = products } } },
            },
        };
        await batch.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
