using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

public sealed class WithdrawnKeyTests
{
    [Fact]
    public async Task A_token_accepted_before_is_refused_when_its_key_is_published_no_more()
    {
        await using var gateway = await GatewayAlone.StartAsync();
        using var before = await gateway.Customer.GetAsync(new Uri("/api/cart", UriKind.Relative));

        // A key that is not known yet has the keys fetched at once.
        using var another = gateway.ReplaceKey();
        using var ofNewKey = await another.GetAsync(new Uri("/api/cart", UriKind.Relative));
        using var after = await gateway.Customer.GetAsync(new Uri("/api/cart", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (before.StatusCode, ofNewKey.StatusCode));
        await after.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }
}
