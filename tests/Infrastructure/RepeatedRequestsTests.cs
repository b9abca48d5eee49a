using GoCart.Faults.Checks;
using GoCart.Tests.Gateway;

namespace GoCart.Tests.Infrastructure;

/// <summary>Whether the fault runner would notice that a service sends a request too often.</summary>
public sealed class RepeatedRequestsTests : IAsyncLifetime
{
    private static readonly Uri Path = new("/api/products", UriKind.Relative);

    private readonly RepeatedRequests _requests = new();
    private readonly RecordingService _service = new();
    private TcpProxy _line = null!; // assigned before each test
    private HttpClient _client = null!; // assigned before each test

    public async ValueTask InitializeAsync()
    {
        await _service.StartAsync();
        _line = new TcpProxy(_service.Address.Port) { Listen = () => _requests.ListenTo(line: 1) };
        _client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{_line.Port}") };
        _requests.Begin();
    }

    [Fact]
    public async Task A_read_may_come_twice()
    {
        await SendAsync(HttpMethod.Get, trace: 'a');
        await SendAsync(HttpMethod.Get, trace: 'a');
        await SendAsync(HttpMethod.Get, trace: 'b');

        Assert.Empty(_requests.End());
    }

    [Fact]
    public async Task A_third_time_is_too_often()
    {
        for (var i = 0; i < 3; i++)
            await SendAsync(HttpMethod.Get, trace: 'a');

        Assert.StartsWith("GET /api/products HTTP/1.1 was sent 3 times", Assert.Single(_requests.End()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_may_come_once()
    {
        await SendAsync(HttpMethod.Post, trace: 'a', body: "{}");
        await SendAsync(HttpMethod.Post, trace: 'b', body: "GET / HTTP/1.1\r\n\r\n");
        Assert.Empty(_requests.End());

        _requests.Begin();
        await SendAsync(HttpMethod.Post, trace: 'a', body: "{}");
        await SendAsync(HttpMethod.Post, trace: 'a', body: "{}");

        Assert.StartsWith("POST /api/products HTTP/1.1 was sent 2 times", Assert.Single(_requests.End()), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _line.DisposeAsync();
        await _service.DisposeAsync();
    }

    private async Task SendAsync(HttpMethod method, char trace, string? body = null)
    {
        using var request = new HttpRequestMessage(method, Path);
        request.Headers.Add("traceparent", $"00-{new string(trace, 32)}-{Guid.NewGuid().ToString("N")[..16]}-01");
        if (body is not null)
            request.Content = new StringContent(body);
        using var answer = await _client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
