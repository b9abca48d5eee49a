extern alias ProductsService;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using GoCart.AppHost.Local;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Products;

/// <summary>The database commits a new product, or does not, and the service does not hear of it: there is one in the end.</summary>
public sealed class LostCommitTests(LocalServers servers) : StoreFixture(servers)
{
    [Theory]
    [InlineData(false, null)]
    [InlineData(false, "lost")]
    [InlineData(true, null)]
    [InlineData(true, "broken")]
    public async Task A_product_whose_commit_was_not_answered_is_there_once(bool isRolledBack, string? key)
    {
        var database = new NpgsqlConnectionStringBuilder(Databases.Products.Service);
        await using var line = new TcpProxy(database.Port);
        database.Port = line.Port;
        await using var products = new RunningService<ProductsService::Program>(Ports.Free(), new Dictionary<string, string?>
        {
            ["ConnectionStrings:Database"] = database.ConnectionString,
            ["ConnectionStrings:Broker"] = VirtualHost.Products,
            ["Services:Users"] = Users.Address.ToString(),
            ["Paging:Key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        });
        products.Start();
        var name = $"Product {Guid.NewGuid():N}";
        var admin = await Clients.AdminAsync();
        using var http = products.CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admin.AccessToken);
        if (key is not null)
            http.DefaultRequestHeaders.Add("Idempotency-Key", key);

        Task<HttpResponseMessage> creating;
        await using (var commits = await HeldCommits.OfAsync(Databases.Products, "products"))
        {
            creating = http.PostAsJsonAsync("/admin/products", new { name, price_cents = 100, stock = 5 });
            await commits.WaitForOneAsync();
            if (isRolledBack)
                await commits.BreakAsync();
            else
                line.Freeze();
        }
        if (!isRolledBack)
        {
            await Eventually.AssertAsync(async () => Assert.Equal(1, await CountAsync(name)));
            line.Cut();
            line.Resume();
        }

        using var response = await creating;
        var product = await response.ReadAsync<ProductResponse>(HttpStatusCode.Created);
        Assert.Equal((name, 5), (product.Name, product.Stock));
        Assert.Equal(1, await CountAsync(name));
        Assert.Equal(1, await ScalarAsync<long>(
            Databases.Products, $"select count(*) from stock_ledger where product_id = '{product.Id}'"));
    }

    private async Task<long> CountAsync(string name) =>
        await ScalarAsync<long>(Databases.Products, $"select count(*) from products where name = '{name}'");
}
