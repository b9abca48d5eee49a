using System.Diagnostics;
using System.Net;
using GoCart.BuildingBlocks.Http;
using GoCart.Tests.Gateway;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.BuildingBlocks.Http;

/// <summary>One service calls another that has two copies, of which the first is behind a line that fails.</summary>
public sealed class ServiceAddressHandlerTests : IAsyncLifetime
{
    private static readonly Uri Path = new("/path?query", UriKind.Relative);

    private readonly TestClock _clock = new();
    private readonly RecordingService _first = new();
    private readonly RecordingService _second = new();
    private TcpProxy _line = null!; // assigned before each test
    private HttpClient _client = null!; // assigned before each test

    public async ValueTask InitializeAsync()
    {
        await _first.StartAsync();
        await _second.StartAsync();
        _line = new TcpProxy(_first.Address.Port);
        _client = ClientOf(new($"http://127.0.0.1:{_line.Port}"), _second.Address);
    }

    [Fact]
    public async Task Copies_that_answer_take_turns()
    {
        for (var i = 0; i < 6; i++)
            await GetAsync();

        Assert.Equal((3, 3), (_first.Received.Count, _second.Received.Count));
    }

    [Fact]
    public async Task What_never_reached_a_copy_goes_to_the_next_whatever_its_method()
    {
        await _first.StopAsync();
        using var client = ClientOf(_first.Address, _second.Address);

        for (var i = 0; i < 4; i++)
        {
            using var body = new StringContent("body");
            using var answer = await client.PostAsync(Path, body);
            Assert.True(answer.IsSuccessStatusCode);
        }

        Assert.Equal(["body", "body", "body", "body"], _second.Received.Select(request => request.Body));
    }

    [Fact]
    public async Task A_copy_that_closes_its_connections_is_about_to_stop_and_left_out()
    {
        _first.Answer = context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        };

        for (var i = 0; i < 6; i++)
            await GetAsync();

        Assert.Equal((1, 5), (_first.Received.Count, _second.Received.Count));
    }

    [Fact]
    public async Task A_read_that_has_no_answer_yet_is_sent_once_more_to_whoever_is_there()
    {
        await _second.StopAsync();
        using var client = ClientOf(_first.Address, _second.Address);
        _first.Answer = async context =>
        {
            // The first time it says nothing until nobody waits any more.
            if (_first.Received.Count == 1)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };

        using var answer = await client.GetAsync(Path);

        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal(2, _first.Received.Count);
    }

    [Fact]
    public async Task A_write_that_was_cut_off_is_not_sent_again()
    {
        _first.Answer = _second.Answer = RecordingService.BreakOff;
        using var body = new StringContent("body");

        await Assert.ThrowsAsync<HttpRequestException>(() => _client.PostAsync(Path, body));

        Assert.Single(_first.Received.Concat(_second.Received));
    }

    [Fact]
    public async Task A_read_that_was_cut_off_is_sent_once_more()
    {
        _first.Answer = _second.Answer = RecordingService.BreakOff;

        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync(Path));

        Assert.Equal((1, 1), (_first.Received.Count, _second.Received.Count));
    }

    [Fact]
    public async Task A_read_that_one_copy_answers_503_is_sent_once_more_to_another()
    {
        _first.Answer = Unavailable;

        for (var i = 0; i < 4; i++)
            await GetAsync();
        _second.Answer = Unavailable;
        using var answer = await _client.GetAsync(Path);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        // Two of the four came here first, and both have had the last one.
        Assert.Equal((3, 5), (_first.Received.Count, _second.Received.Count));
    }

    [Fact]
    public async Task A_write_that_was_answered_503_is_not_sent_again()
    {
        _first.Answer = _second.Answer = Unavailable;
        using var body = new StringContent("body");

        using var answer = await _client.PostAsync(Path, body);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Single(_first.Received.Concat(_second.Received));
    }

    [Fact]
    public async Task A_frozen_copy_costs_one_read_some_time_and_is_then_left_out_until_it_may_be_back()
    {
        _line.Freeze();
        var time = Stopwatch.StartNew();
        for (var i = 0; i < 10; i++)
            await GetAsync();

        Assert.InRange(time.Elapsed, ServiceAddressHandler.Patience / 2, ServiceAddressHandler.Patience * 2);
        Assert.Equal(10, _second.Received.Count);

        // With the request that is still on it.
        _line.Cut();
        _line.Resume();
        _clock.Advance(ServiceAddressHandler.LeftOut);
        _first.Received.Clear();
        await GetAsync();
        await GetAsync();
        Assert.Single(_first.Received);
    }

    [Fact]
    public async Task One_request_finds_out_whether_a_frozen_copy_is_back_while_the_others_go_elsewhere()
    {
        _line.Freeze();
        await Task.WhenAll(GetAsync(), GetAsync());
        _clock.Advance(ServiceAddressHandler.LeftOut);
        _second.Received.Clear();

        var reads = Enumerable.Range(0, 10).Select(_ => GetAsync()).ToList();
        var (all, slow) = (reads.Count, 1);
        while (reads.Count > slow)
            reads.Remove(await Task.WhenAny(reads));

        Assert.Equal(all - slow, _second.Received.Count);
        await Task.WhenAll(reads);
        Assert.Equal(all, _second.Received.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _line.Resume();
        await _line.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    private static Task Unavailable(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    private async Task GetAsync()
    {
        using var answer = await _client.GetAsync(Path);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private HttpClient ClientOf(params Uri[] copies) =>
        new(new ServiceAddressHandler(copies, _clock) { InnerHandler = new SocketsHttpHandler { UseProxy = false } })
        {
            BaseAddress = copies[0],
            Timeout = ServiceClient.Timeout,
        };
}
