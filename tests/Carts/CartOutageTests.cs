using System.Net;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Carts;

/// <summary>What of a cart works while another part of the store does not.</summary>
public sealed class CartOutageTests(CartStore store) : IClassFixture<CartStore>
{
    [Fact]
    public async Task Without_products_a_cart_can_be_emptied_but_not_priced_or_filled()
    {
        var customer = await store.CustomerAsync();
        var empty = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        var item = await customer.AddAsync(product.Id);
        await customer.AddAsync((await store.CreateProductAsync()).Id);

        await store.Products.StopAsync();
        try
        {
            using var read = await customer.Http.GetAsync(CartSteps.Cart);
            using var add = await customer.PostItemAsync(product.Id, 1);
            using var change = await customer.PatchItemAsync(item.Id, 2);
            foreach (var response in (HttpResponseMessage[])[read, add, change])
            {
                await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
                Assert.NotNull(response.Headers.RetryAfter);
            }

            using var remove = await customer.Http.DeleteAsync(CartSteps.Item(item.Id));
            using var clear = await customer.Http.DeleteAsync(CartSteps.Cart);
            Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (remove.StatusCode, clear.StatusCode));
            // Nothing in them that would have a price.
            Assert.Empty((await customer.GetCartAsync()).Items);
            Assert.Null((await empty.GetCartAsync()).Id);
        }
        finally
        {
            store.Products.Start();
        }
        await Eventually.AssertAsync(() => customer.AddAsync(product.Id));
    }

    [Fact]
    public async Task An_order_placed_while_its_cart_could_not_be_emptied_leaves_the_cart_when_carts_is_back()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id, 2);
        var cart = await customer.GetCartAsync();

        await store.Carts.StopAsync();
        try
        {
            await using var events = await OrderEvents.ConnectAsync(store.VirtualHost);
            await events.PublishAsync(new(
                Guid.CreateVersion7(), customer.Id, cart.Id ?? default, cart.Version, [new(product.Id, 2)],
                cart.TotalCents, cart.Currency, DateTimeOffset.UnixEpoch));
        }
        finally
        {
            store.Carts.Start();
        }

        await Eventually.AssertAsync(async () => Assert.Empty((await customer.GetCartAsync()).Items));
    }

    [Fact]
    public async Task A_cart_that_somebody_holds_locked_does_not_hold_its_requests_for_long()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id);
        await using var connection = new NpgsqlConnection(store.Databases.Carts.Superuser);
        await connection.OpenAsync();
        await using (var tx = await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand($"select from carts where user_id = '{customer.Id}' for update", connection, tx);
            await hold.ExecuteNonQueryAsync();

            using var add = await customer.PostItemAsync(product.Id, 1);

            await add.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        }

        Assert.Equal(2, (await customer.AddAsync(product.Id)).Quantity);
    }
}
