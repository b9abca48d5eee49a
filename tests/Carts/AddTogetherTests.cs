using GoCart.BuildingBlocks.Database;
using GoCart.Carts;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Carts;

/// <summary>
/// Several customers add at the same time, in one transaction: each gets the answer he would have got alone. The first holds up
/// the others, because his cart is locked, until all have come.
/// </summary>
[Collection(nameof(CartStoreCollection))]
public sealed class AddTogetherTests : IAsyncLifetime
{
    private static readonly Func<long, bool> AnyVersion = _ => true;

    private readonly NpgsqlDataSource _db;
    private readonly CartAdditions _additions;
    private readonly ProductOnSale _product = new(Guid.CreateVersion7(), "Teapot", 500, "USD", Stock: 5);

    public AddTogetherTests(CartStore store)
    {
        DapperTypes.Register();
        _db = NpgsqlDataSource.Create($"{store.Databases.Carts.Service};Options=-c lock_timeout=1000");
        _additions = new CartAdditions(_db, new ClockWithoutTimers());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    [Fact]
    public async Task Each_gets_his_own_answer_and_all_share_a_transaction()
    {
        Guid[] customers = [.. Enumerable.Range(0, 5).Select(_ => Guid.NewGuid())];
        await AddAsync(customers[0], 1);
        await AddAsync(customers[2], 3);

        Task<Added>[] adding;
        await using (await LockCartAsync(customers[0]))
        {
            adding = [.. customers.Select((customer, number) => AddAsync(customer, number == 2 ? 2 : 1))];
        }
        var added = await Task.WhenAll(adding);

        Assert.Equal([2, 1, 5, 1, 1], added.Select(each => each.Item?.Quantity));
        Assert.All(added, each => Assert.Equal((_product.Id, "Teapot", 500), (each.Item!.ProductId, each.Item.Name, each.Item.PriceCents)));
        for (var number = 0; number < customers.Length; number++)
            Assert.Equal((number is 0 or 2 ? 2 : 1, added[number].Item!.Quantity), await ReadCartAsync(customers[number]));
        Assert.Equal(1, await ScalarAsync<long>("select count(distinct xmin::text) from carts where user_id = any(@Users)", customers[1..]));
    }

    [Fact]
    public async Task What_is_refused_changes_nothing_and_keeps_nobody_from_adding()
    {
        Guid first = Guid.NewGuid(), sold = Guid.NewGuid(), stale = Guid.NewGuid(), full = Guid.NewGuid(), good = Guid.NewGuid();
        await AddAsync(first, 1);
        await AddAsync(sold, 4);
        await AddAsync(stale, 1);
        for (var item = 0; item < CartRules.MaxItems; item++)
            await _additions.AddAsync(new(full, _product with { Id = Guid.CreateVersion7() }, 1, AnyVersion));

        Task<Added>[] adding;
        await using (await LockCartAsync(first))
        {
            adding =
            [
                AddAsync(first, 1), AddAsync(sold, 2), AddAsync(good, 3), AddAsync(full, 1),
                _additions.AddAsync(new(stale, _product, 1, version => version == 7)),
            ];
        }
        var added = await Task.WhenAll(adding);

        Assert.Equal([2, null, 3, null, null], added.Select(each => each.Item?.Quantity));
        Assert.Equal([null, 409, null, 409, 412], added.Select(each => each.Refusal?.StatusCode));
        Assert.Equal((1, 4), await ReadCartAsync(sold));
        Assert.Equal((1, 1), await ReadCartAsync(stale));
        Assert.Equal((CartRules.MaxItems, CartRules.MaxItems), await ReadCartAsync(full));
        Assert.Equal((1, 3), await ReadCartAsync(good));
    }

    [Fact]
    public async Task Who_adds_twice_at_the_same_time_gets_both()
    {
        Guid first = Guid.NewGuid(), twice = Guid.NewGuid();
        await AddAsync(first, 1);

        Task<Added>[] adding;
        await using (await LockCartAsync(first))
        {
            adding = [AddAsync(first, 1), AddAsync(twice, 1), AddAsync(twice, 2)];
        }
        var added = await Task.WhenAll(adding);

        Assert.Equal(3, added.Skip(1).Max(each => each.Item?.Quantity));
        Assert.Equal((2, 3), await ReadCartAsync(twice));
    }

    [Fact]
    public async Task A_cart_that_stays_locked_is_the_trouble_of_its_owner_alone()
    {
        Guid first = Guid.NewGuid(), locked = Guid.NewGuid(), free = Guid.NewGuid();
        await AddAsync(first, 1);
        await AddAsync(locked, 1);

        await using var hold = await LockCartAsync(locked);
        Task<Added>[] adding;
        await using (await LockCartAsync(first))
        {
            adding = [AddAsync(first, 1), AddAsync(locked, 1), AddAsync(free, 1)];
        }

        Assert.Equal(2, (await adding[0]).Item?.Quantity);
        Assert.Equal(1, (await adding[2]).Item?.Quantity);
        var failure = await Assert.ThrowsAsync<PostgresException>(() => adding[1]);
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, failure.SqlState);
        Assert.Equal((1, 1), await ReadCartAsync(locked));
    }

    private Task<Added> AddAsync(Guid customer, int quantity) => _additions.AddAsync(new(customer, _product, quantity, AnyVersion));

    /// <returns>Holds the lock until it is disposed.</returns>
    private async Task<NpgsqlConnection> LockCartAsync(Guid customer)
    {
        var connection = await _db.OpenConnectionAsync();
        _ = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select from carts where user_id = $1 for update", connection)
        {
            Parameters = { new() { Value = customer } },
        };
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <returns>Its version, and the units of all items.</returns>
    private async Task<(long Version, long Units)> ReadCartAsync(Guid customer) => (
        await ScalarAsync<long>("select version from carts where user_id = any(@Users)", customer),
        await ScalarAsync<long>(
            "select sum(quantity) from cart_items where cart_id = (select id from carts where user_id = any(@Users))", customer));

    private async Task<T> ScalarAsync<T>(string sql, params Guid[] users)
    {
        await using var command = _db.CreateCommand(sql);
        command.Parameters.AddWithValue("Users", users);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
