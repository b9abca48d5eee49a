using System.Net;
using System.Net.Http.Headers;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>Which reads the gateway answers from memory, and for how long.</summary>
public sealed class ReadsFromMemoryTests : IAsyncLifetime
{
    private static readonly Uri Page = new("/api/products?limit=3", UriKind.Relative);

    private readonly StandingClock _clock = new();
    private GatewayAlone? _gateway;
    private int _version;

    private GatewayAlone Gateway => _gateway ?? throw new InvalidOperationException("The gateway has not been started.");

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayAlone.StartAsync(
            settings: new() { ["Gateway:MaxInFlight"] = "1" }, configure: services => services.AddSingleton<TimeProvider>(_clock));
        Gateway.Service.Answer = context =>
        {
            context.Response.Headers.CacheControl = "public, max-age=0, must-revalidate";
            context.Response.Headers.ETag = $"\"{_version}\"";
            return context.Response.WriteAsJsonAsync(new { version = _version });
        };
    }

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    [Fact]
    public async Task A_second_read_is_answered_from_memory_word_by_word()
    {
        using var first = await Gateway.Anonymous.GetAsync(Page);
        _version++;
        using var second = await Gateway.Anonymous.GetAsync(Page);

        Assert.Single(Gateway.Service.Received);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(first.Headers.CacheControl, second.Headers.CacheControl);
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Equal(first.Headers.GetValues("Content-Security-Policy"), second.Headers.GetValues("Content-Security-Policy"));
    }

    [Fact]
    public async Task A_change_is_seen_within_a_second()
    {
        Assert.Equal("""{"version":0}""", await Gateway.Anonymous.GetStringAsync(Page));
        _version++;
        _clock.Advance(TimeSpan.FromSeconds(0.9));

        Assert.Equal("""{"version":1}""", await Gateway.Anonymous.GetStringAsync(Page));
    }

    [Fact]
    public async Task What_gets_old_is_asked_for_by_one_request_and_not_by_all()
    {
        Assert.Equal("""{"version":0}""", await Gateway.Anonymous.GetStringAsync(Page));
        var (arrived, mayGo) = (new TaskCompletionSource(), new TaskCompletionSource());
        var answer = Gateway.Service.Answer;
        Gateway.Service.Answer = async context =>
        {
            arrived.SetResult();
            await mayGo.Task;
            await answer(context);
        };
        _version++;
        _clock.Advance(TimeSpan.FromSeconds(0.5));

        var renewing = Gateway.Anonymous.GetStringAsync(Page);
        await arrived.Task;
        Assert.Equal("""{"version":0}""", await Gateway.Anonymous.GetStringAsync(Page));
        mayGo.SetResult();
        Assert.Equal("""{"version":1}""", await renewing);
        Assert.Equal("""{"version":1}""", await Gateway.Anonymous.GetStringAsync(Page));
    }

    [Theory]
    [InlineData("POST", "/admin/products")]
    [InlineData("PATCH", "/admin/products/0199f2f2-0000-7000-8000-000000000000")]
    [InlineData("DELETE", "/admin/products/0199f2f2-0000-7000-8000-000000000000")]
    public async Task A_change_by_an_administrator_is_seen_by_everybody_at_once(string method, string path)
    {
        await Gateway.Anonymous.GetStringAsync(Page);

        using var change = new HttpRequestMessage(new HttpMethod(method), path);
        _version++;
        using var changed = await Gateway.Admin.SendAsync(change);

        Assert.Equal("""{"version":1}""", await Gateway.Anonymous.GetStringAsync(Page));
    }

    [Fact]
    public async Task An_answer_that_was_under_way_during_a_change_is_not_kept()
    {
        var (arrived, mayGo) = (new TaskCompletionSource(), new TaskCompletionSource());
        var answer = Gateway.Service.Answer;
        Gateway.Service.Answer = async context =>
        {
            var old = _version;
            arrived.SetResult();
            await mayGo.Task;
            context.Response.Headers.CacheControl = "public, max-age=0, must-revalidate";
            await context.Response.WriteAsJsonAsync(new { version = old });
        };
        var slow = Gateway.Anonymous.GetStringAsync(Page);
        await arrived.Task;
        Gateway.Service.Answer = answer;
        _version++;
        using var change = await Gateway.Admin.PostAsync(new Uri("/admin/products", UriKind.Relative), content: null);
        mayGo.SetResult();

        Assert.Equal("""{"version":0}""", await slow);
        Assert.Equal("""{"version":1}""", await Gateway.Anonymous.GetStringAsync(Page));
    }

    [Fact]
    public async Task An_administrator_is_never_answered_from_memory()
    {
        await Gateway.Anonymous.GetStringAsync(Page);
        _version++;

        Assert.Equal("""{"version":1}""", await Gateway.Admin.GetStringAsync(Page));
    }

    [Fact]
    public async Task Who_has_what_is_kept_gets_304()
    {
        using var first = await Gateway.Anonymous.GetAsync(Page);
        using var again = new HttpRequestMessage(HttpMethod.Get, Page);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag ?? EntityTagHeaderValue.Any);

        using var response = await Gateway.Anonymous.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Equal(first.Headers.ETag, response.Headers.ETag);
        Assert.Single(Gateway.Service.Received);
    }

    [Theory]
    [InlineData("no-store", HttpStatusCode.OK)]
    [InlineData("public, max-age=0, must-revalidate", HttpStatusCode.NotFound)]
    public async Task What_is_not_said_to_be_public_or_is_not_there_is_not_kept(string cacheControl, HttpStatusCode status)
    {
        Gateway.Service.Answer = context =>
        {
            context.Response.Headers.CacheControl = cacheControl;
            context.Response.StatusCode = (int)status;
            return context.Response.WriteAsJsonAsync(new { });
        };
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var response = await Gateway.Anonymous.GetAsync(Page);
            Assert.Equal(status, response.StatusCode);
        }

        Assert.Equal(2, Gateway.Service.Received.Count);
    }

    [Fact]
    public async Task A_service_that_fails_is_not_hidden_for_longer_than_a_moment()
    {
        await Gateway.Anonymous.GetStringAsync(Page);
        Gateway.Service.Answer = RecordingService.BreakOff;
        Assert.Equal("""{"version":0}""", await Gateway.Anonymous.GetStringAsync(Page));
        _clock.Advance(TimeSpan.FromSeconds(0.9));

        using var response = await Gateway.Anonymous.GetAsync(Page);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task While_the_service_has_no_place_what_is_kept_is_answered_and_not_turned_away()
    {
        Assert.Equal("""{"version":0}""", await Gateway.Anonymous.GetStringAsync(Page));
        var mayGo = new TaskCompletionSource();
        var answer = Gateway.Service.Answer;
        Gateway.Service.Answer = async context =>
        {
            await mayGo.Task;
            await answer(context);
        };
        var others = Enumerable.Range(100, 2).Select(number => Gateway.Anonymous.GetAsync(PageOf(number))).ToList();
        await Eventually.AssertAsync(() =>
        {
            Assert.Equal(3, Gateway.Service.Received.Count);
            return Task.CompletedTask;
        });
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        using (var refused = await Gateway.Anonymous.GetAsync(PageOf(102)))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        _clock.Advance(TimeSpan.FromSeconds(0.24));

        // The first would renew it, and is turned away.
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal("""{"version":0}""", await Gateway.Anonymous.GetStringAsync(Page));

        mayGo.SetResult();
        foreach (var response in await Task.WhenAll(others))
            response.Dispose();
    }

    [Fact]
    public async Task Of_all_who_want_what_is_not_kept_one_asks()
    {
        var (arrived, mayGo) = (new TaskCompletionSource(), new TaskCompletionSource());
        var answer = Gateway.Service.Answer;
        Gateway.Service.Answer = async context =>
        {
            arrived.TrySetResult();
            await mayGo.Task;
            await answer(context);
        };
        var first = Gateway.Anonymous.GetStringAsync(Page);
        await arrived.Task;
        var others = Enumerable.Range(0, 10).Select(_ => Gateway.Anonymous.GetStringAsync(Page)).ToList();

        mayGo.SetResult();

        Assert.All(await Task.WhenAll([first, .. others]), body => Assert.Equal("""{"version":0}""", body));
        Assert.Single(Gateway.Service.Received);
    }

    [Fact]
    public async Task A_request_that_is_not_plain_goes_to_the_service()
    {
        await Gateway.Anonymous.GetStringAsync(Page);
        foreach (var (name, value) in (KeyValuePair<string, string>[])[new("If-None-Match", "W/\"7\""), new("If-Match", "*")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Page);
            request.Headers.TryAddWithoutValidation(name, value);
            using var response = await Gateway.Anonymous.SendAsync(request);
        }

        Assert.Equal(3, Gateway.Service.Received.Count);
    }

    private static Uri PageOf(int limit) => new($"/api/products?limit={limit}", UriKind.Relative);
}
