extern alias OrdersService;
using System.Net;
using GoCart.AppHost.Local;
using GoCart.Tests.Gateway;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

/// <summary>Services hear one after the other that a session has ended; meanwhile one calls another that knows already.</summary>
public sealed class EndedElsewhereTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task A_token_that_the_called_service_does_not_take_any_more_is_401_and_not_503()
    {
        await using var carts = new RecordingService
        {
            Answer = context =>
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            },
        };
        await carts.StartAsync();
        await using var orders = new RunningService<OrdersService::Program>(Ports.Free(), new Dictionary<string, string?>
        {
            ["ConnectionStrings:Database"] = store.Databases.Orders.Service,
            ["ConnectionStrings:Broker"] = store.VirtualHost.Orders,
            ["Services:Users"] = store.Users.Address.ToString(),
            ["Services:Carts"] = carts.Address.ToString(),
            ["Services:Products"] = store.Products.Address.ToString(),
        });
        orders.Start();
        using var http = orders.CreateClient();
        var customer = await store.Clients.CustomerAsync();
        http.DefaultRequestHeaders.Authorization = new("Bearer", customer.AccessToken);

        HttpResponseMessage? refused = null;
        await Eventually.AssertAsync(async () =>
        {
            refused?.Dispose();
            refused = await http.PostAsync(new Uri("/api/orders", UriKind.Relative), content: null);
            Assert.NotEmpty(carts.Received);
        });

        await refused!.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Contains("invalid_token", refused!.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        refused.Dispose();
    }
}
