using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Products;

public sealed class AdminRoutesTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private const string Product = "/admin/products/0198e0c0-0000-7000-8000-000000000000";

    [Theory]
    [InlineData("GET", "/admin/products")]
    [InlineData("POST", "/admin/products")]
    [InlineData("GET", Product)]
    [InlineData("PATCH", Product)]
    [InlineData("DELETE", Product)]
    [InlineData("GET", Product + "/stock")]
    public async Task Only_catalog_and_admin_get_in(string method, string path)
    {
        using var anonymous = store.Anonymous();
        using var customer = store.Customer();

        using var nobody = await SendAsync(anonymous, method, path);
        using var somebody = await SendAsync(customer, method, path);

        await nobody.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.NotEmpty(nobody.Headers.WwwAuthenticate);
        await somebody.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
