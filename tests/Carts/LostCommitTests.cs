extern alias CartsService;
using System.Net;
using System.Net.Http.Headers;
using GoCart.AppHost.Local;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Carts;

/// <summary>The database commits, or does not, and the service does not hear of it: the customer is told what is the case.</summary>
public sealed class LostCommitTests(LocalServers servers) : StoreFixture(servers)
{
    private RunningService? _carts;
    private TcpProxy? _line;

    private TcpProxy Line => _line ?? throw new InvalidOperationException("The store has not been started.");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var database = new NpgsqlConnectionStringBuilder(Databases.Carts.Service);
        _line = new TcpProxy(database.Port);
        database.Port = _line.Port;
        _carts = new RunningService<CartsService::Program>(Ports.Free(), new Dictionary<string, string?>
        {
            ["ConnectionStrings:Database"] = database.ConnectionString,
            ["ConnectionStrings:Broker"] = VirtualHost.Carts,
            ["Services:Users"] = Users.Address.ToString(),
            ["Services:Products"] = Products.Address.ToString(),
        });
        _carts.Start();
        using var client = _carts.CreateClient();
        await Eventually.AssertAsync(async () =>
        {
            using var health = await client.GetAsync(new Uri("/health", UriKind.Relative));
            Assert.True(health.IsSuccessStatusCode);
        });
    }

    public override async ValueTask DisposeAsync()
    {
        if (_carts is not null)
            await _carts.StopAsync();
        if (_line is not null)
            await _line.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Units_whose_commit_was_not_answered_are_told_of_as_added(int before)
    {
        var (customer, product) = await FillCartAsync(before);

        Task<HttpResponseMessage> adding;
        await using (var commits = await HeldCommits.OfAsync(Databases.Carts, "cart_items"))
        {
            adding = AddAsync(customer, product);
            await commits.WaitForOneAsync();
            Line.Freeze();
        }
        await Eventually.AssertAsync(async () =>
            Assert.Equal(before + 2, (await customer.GetCartAsync()).Items.SingleOrDefault()?.Quantity));
        Line.Cut();
        Line.Resume();

        using var response = await adding;
        Assert.Equal(before + 2, (await response.ReadAsync<CartItemResponse>(HttpStatusCode.Created)).Quantity);
        Assert.Equal(before + 2, Assert.Single((await customer.GetCartAsync()).Items).Quantity);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Units_whose_commit_failed_without_an_answer_are_not_told_of_as_added(int before)
    {
        var (customer, product) = await FillCartAsync(before);

        Task<HttpResponseMessage> adding;
        await using (var commits = await HeldCommits.OfAsync(Databases.Carts, "cart_items"))
        {
            adding = AddAsync(customer, product);
            await commits.WaitForOneAsync();
            await commits.BreakAsync();
        }

        using var response = await adding;
        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.Equal(before, (await customer.GetCartAsync()).Items.Sum(item => item.Quantity));
        Assert.Equal(before + 2, (await customer.AddAsync(product.Id, 2)).Quantity);
    }

    /// <returns>A customer with so many units of that product in the cart.</returns>
    private async Task<(StoreUser Customer, ProductResponse Product)> FillCartAsync(int quantity)
    {
        var customer = await Clients.CustomerAsync();
        var product = await CreateProductAsync();
        if (quantity > 0)
            await customer.AddAsync(product.Id, quantity);
        return (customer, product);
    }

    private async Task<HttpResponseMessage> AddAsync(StoreUser customer, ProductResponse product)
    {
        using var http = _carts!.CreateClient(); // started before the first test
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", customer.AccessToken);
        return await http.PostAsJsonAsync(CartSteps.Items, new { product_id = product.Id, quantity = 2 });
    }
}
