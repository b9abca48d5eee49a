using System.Net;
using System.Security.Authentication;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>A store whose gateway and services know each other by certificates of one authority.</summary>
public sealed class MutualTlsStore(LocalServers servers) : StoreFixture(servers)
{
    public TestAuthority Authority { get; } = new();

    protected override IReadOnlyDictionary<string, string?> Settings
    {
        get
        {
            var certificate = Authority.Issue("store");
            return new Dictionary<string, string?>
            {
                ["InternalTls:CertificateFile"] = certificate.CertificateFile,
                ["InternalTls:KeyFile"] = certificate.KeyFile,
                ["InternalTls:AuthorityFile"] = Authority.CertificateFile,
            };
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Authority.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class InternalTlsTests(MutualTlsStore store) : IClassFixture<MutualTlsStore>
{
    private static readonly Uri Keys = new("/.well-known/jwks.json", UriKind.Relative);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_customer_buys_through_services_that_speak_mutual_TLS()
    {
        var product = await store.CreateProductAsync();
        var customer = await store.Clients.CustomerAsync();

        using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = product.Id, quantity = 2 });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders") { Headers = { { "Prefer", "wait=5" } } };
        using var ordered = await customer.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal(HttpStatusCode.Created, ordered.StatusCode);
        Assert.Equal("https", store.Orders.Address.Scheme);
    }

    [Fact]
    public async Task Who_has_no_certificate_of_the_authority_is_not_spoken_to()
    {
        using var others = new TestAuthority();
        using var nobody = store.Authority.CreateClient(store.Users.Address);
        using var stranger = store.Authority.CreateClient(store.Users.Address, others.Issue("gateway"));
        using var friend = store.Authority.CreateClient(store.Users.Address, store.Authority.Issue("friend"));

        await Assert.ThrowsAsync<HttpRequestException>(() => nobody.GetAsync(Keys, Cancelled));
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(Keys, Cancelled));
        using var response = await friend.GetAsync(Keys, Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_service_is_known_by_the_stores_authority_and_by_no_other()
    {
        using var others = new TestAuthority();
        using var client = others.CreateClient(store.Users.Address, store.Authority.Issue("friend"));

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Keys, Cancelled));

        Assert.IsType<AuthenticationException>(refused.InnerException);
    }
}
