using System.Net;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts;
using GoCart.Contracts.Products;
using GoCart.Tests.Gateway;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.BuildingBlocks.Http;

/// <summary>Many ask for products at once: who shares a call with whom, and what none of them suffers for another.</summary>
public sealed class ProductsClientTests : IAsyncLifetime
{
    private readonly RecordingService _products = new();
    private readonly TaskCompletionSource _mayAnswer = new();
    private HttpClient _http = null!; // assigned before each test
    private ProductsClient _client = null!; // assigned before each test

    public async ValueTask InitializeAsync()
    {
        await _products.StartAsync();
        _products.Answer = async context =>
        {
            var call = _products.Received.Count;
            if (call == 1)
                await _mayAnswer.Task;
            await AnswerAsync(context, call);
        };
        _http = new HttpClient { BaseAddress = _products.Address };
        _client = new ProductsClient(_http, new ClockWithoutTimers());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _products.DisposeAsync();
    }

    [Fact]
    public async Task Who_comes_while_a_call_is_under_way_shares_the_next_one()
    {
        var ids = NewIds(6);
        var first = FindAsync(User(), ids[0]);
        await WaitForCallsAsync(1);

        var others = ids[1..].Select(id => FindAsync(User(), id)).ToList();
        _mayAnswer.SetResult();

        Assert.True((await first).ContainsKey(ids[0]));
        foreach (var (id, found) in ids[1..].Zip(await Task.WhenAll(others)))
            Assert.Equal(id, found[id].Id);
        Assert.Equal(2, _products.Received.Count);
    }

    [Fact]
    public async Task Nobody_gets_an_answer_that_was_asked_for_before()
    {
        var id = Guid.CreateVersion7();
        var early = FindAsync(User(), id);
        await WaitForCallsAsync(1);

        var late = FindAsync(User(), id);
        _mayAnswer.SetResult();

        Assert.NotEqual((await early)[id].Name, (await late)[id].Name);
    }

    [Fact]
    public async Task One_that_has_no_place_in_the_next_call_is_asked_for_at_once()
    {
        var first = FindAsync(User(), Guid.CreateVersion7());
        await WaitForCallsAsync(1);
        var many = _client.FindAsync(User(), NewIds(100), CancellationToken.None);

        await FindAsync(User(), Guid.CreateVersion7());

        _mayAnswer.SetResult();
        await Task.WhenAll(first, many);
        Assert.Equal(3, _products.Received.Count);
    }

    [Fact]
    public async Task A_call_that_is_not_answered_holds_nobody_up()
    {
        var client = new ProductsClient(_http, TimeProvider.System);
        var silent = client.FindAsync(User(), NewIds(1), CancellationToken.None);
        await WaitForCallsAsync(1);

        await client.FindAsync(User(), NewIds(1), CancellationToken.None);

        Assert.False(silent.IsCompleted);
        _mayAnswer.SetResult();
        await silent;
    }

    [Fact]
    public async Task Who_goes_away_takes_no_answer_from_the_others()
    {
        using var gone = new CancellationTokenSource();
        var first = FindAsync(User(), Guid.CreateVersion7());
        await WaitForCallsAsync(1);
        var leaving = _client.FindAsync(User(), NewIds(1), gone.Token);
        var staying = FindAsync(User(), Guid.CreateVersion7());

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _mayAnswer.SetResult();

        await Task.WhenAll(first, staying);
    }

    [Fact]
    public async Task A_session_that_is_over_is_so_for_its_own_user_alone()
    {
        var ended = User("ended");
        _products.Answer = async context =>
        {
            var call = _products.Received.Count;
            if (call == 1)
                await _mayAnswer.Task;
            if (context.Request.Headers.Authorization == "Bearer ended")
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else
                await AnswerAsync(context, call);
        };
        var first = FindAsync(User(), Guid.CreateVersion7());
        await WaitForCallsAsync(1);
        var refused = FindAsync(ended, Guid.CreateVersion7());
        var other = FindAsync(User(), Guid.CreateVersion7());
        _mayAnswer.SetResult();

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => refused);
        Assert.Equal(HttpStatusCode.Unauthorized, failure.StatusCode);
        await Task.WhenAll(first, other);
    }

    private static CurrentUser User(string token = "token") => new(Guid.NewGuid(), Roles.Customer, Guid.NewGuid(), token);

    private static Guid[] NewIds(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];

    private Task<IReadOnlyDictionary<Guid, ProductOnSale>> FindAsync(CurrentUser user, Guid id) =>
        _client.FindAsync(user, [id], CancellationToken.None);

    private Task WaitForCallsAsync(int count) => Eventually.AssertAsync(() =>
    {
        Assert.Equal(count, _products.Received.Count);
        return Task.CompletedTask;
    });

    /// <summary>Each product has the number of the call for its name.</summary>
    private static Task AnswerAsync(HttpContext context, int call)
    {
        var ids = context.Request.Query["ids"].ToString().Split(',').Select(Guid.Parse);
        return context.Response.WriteAsJsonAsync(ids.Select(id => new ProductOnSale(id, $"{call}", 100, "USD", 1)), Json.Tolerant);
    }
}
