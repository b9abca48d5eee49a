using System.Text;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Gateway;
using GoCart.Tests.Products;
using GoCart.Tests.Users;

namespace GoCart.Tests.BuildingBlocks.Http;

public sealed class UnreadBodiesTests
{
    private const string Head = "GET /me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    [Fact]
    public async Task A_body_that_nobody_reads_is_measured_all_the_same()
    {
        await using var service = await ServiceWithOneRoute.StartAsync(
            new Uri("http://127.0.0.1:9"), services => services.AddSingleton<ITokenAuthority>(new TestTokens()));

        var announced = await SendAsync(service, $"{Head}Content-Length: 65537\r\n\r\n");
        var chunked = await SendAsync(service, $"{Head}Transfer-Encoding: chunked\r\n\r\n{Chunks(65 * 1024)}");
        var small = await SendAsync(service, $"{Head}Transfer-Encoding: chunked\r\n\r\n{Chunks(1024)}");

        Assert.StartsWith("HTTP/1.1 413 ", announced, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 413 ", chunked, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"payload_too_large\"", chunked, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401 ", small, StringComparison.Ordinal);
    }

    private static string Chunks(int length) => $"{length:x}\r\n{new string('x', length)}\r\n0\r\n\r\n";

    private static Task<string> SendAsync(ServiceWithOneRoute service, string request) =>
        RawHttp.SendAsync(service.Address, Encoding.Latin1.GetBytes(request));
}
