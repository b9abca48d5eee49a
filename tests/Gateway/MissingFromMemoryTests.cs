using System.Diagnostics;
using System.Net;
using System.Text;
using GoCart.BuildingBlocks.Http;
using GoCart.Gateway.Memory;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>That a product is not there is answered from memory, too, and for no longer than that one is.</summary>
public sealed class MissingFromMemoryTests : IAsyncLifetime
{
    private static readonly Uri Product = new("/api/products/0199f2f2-0000-7000-8000-000000000000", UriKind.Relative);

    private readonly StandingClock _clock = new();
    private GatewayAlone? _gateway;

    private GatewayAlone Gateway => _gateway ?? throw new InvalidOperationException("The gateway has not been started.");

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayAlone.StartAsync(configure: services => services.AddSingleton<TimeProvider>(_clock));
        Gateway.Service.Answer = AnswerThatThereIsNone;
    }

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    [Fact]
    public async Task A_product_that_is_not_there_is_answered_from_memory_with_the_trace_of_each_request()
    {
        using var first = await Gateway.Anonymous.GetAsync(Product);
        using var second = await Gateway.Customer.GetAsync(Product);

        Assert.Single(Gateway.Service.Received);
        var (one, other) = (await TraceIdAsync(first), await TraceIdAsync(second));
        Assert.NotEqual(one, other);
        Assert.Equal(
            (await first.Content.ReadAsStringAsync()).Replace(one, other, StringComparison.Ordinal), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Equal("no-store", $"{second.Headers.CacheControl}");
    }

    [Fact]
    public async Task A_product_that_is_put_on_sale_is_seen_by_everybody_at_once()
    {
        await AssertMissingAsync();
        Gateway.Service.Answer = AnswerThatItIsThere;

        using var change = await Gateway.Admin.PatchAsync(new Uri($"/admin{Product.OriginalString["/api".Length..]}", UriKind.Relative), content: null);

        Assert.Equal("{}", await Gateway.Anonymous.GetStringAsync(Product));
    }

    [Fact]
    public async Task A_product_that_is_put_on_sale_through_another_gateway_is_seen_within_a_second()
    {
        await AssertMissingAsync();
        Gateway.Service.Answer = AnswerThatItIsThere;

        _clock.Advance(TimeSpan.FromSeconds(0.9));

        Assert.Equal("{}", await Gateway.Anonymous.GetStringAsync(Product));
    }

    [Fact]
    public async Task Staff_are_told_by_the_service_that_a_product_is_not_there()
    {
        await AssertMissingAsync();
        Gateway.Service.Answer = AnswerThatItIsThere;

        Assert.Equal("{}", await Gateway.Admin.GetStringAsync(Product));
    }

    [Fact]
    public async Task A_product_that_is_gone_is_so_at_the_next_look_and_does_not_come_back()
    {
        Gateway.Service.Answer = AnswerThatItIsThere;
        Assert.Equal("{}", await Gateway.Anonymous.GetStringAsync(Product));
        Gateway.Service.Answer = AnswerThatThereIsNone;
        _clock.Advance(TimeSpan.FromSeconds(0.5));

        // The first renews what is kept, and the second must not get what was kept before.
        await AssertMissingAsync();
        await AssertMissingAsync();
    }

    [Fact]
    public void Asking_for_ever_new_products_that_are_not_there_pushes_out_none_that_is()
    {
        using var request = new Activity("GET").Start();
        var answers = new KeptAnswers(_clock);
        var (found, missing) = (AnswerOf(StatusCodes.Status200OK), AnswerOf(StatusCodes.Status404NotFound));
        answers.Keep("/found", found);
        // More than 4 MB can hold.
        for (var i = 0; i < 20_000; i++)
            answers.Keep($"/missing/{i}", missing);

        Assert.True(answers.Has("/found"));
        Assert.True(answers.Has("/missing/19999"));
        Assert.False(answers.Has("/missing/0"));

        KeptAnswer AnswerOf(int status)
        {
            var response = new DefaultHttpContext().Response;
            response.StatusCode = status;
            response.Headers.CacheControl = "public";
            response.Headers.ContentType = Problem.ContentType;
            var body = Encoding.ASCII.GetBytes($$"""{"code":"product_not_found","trace_id":"{{request.TraceId}}"}""");
            return KeptAnswer.Of(response, body, _clock.GetTimestamp(), period: 0) ?? throw new InvalidOperationException("It is not to be kept.");
        }
    }

    private async Task AssertMissingAsync()
    {
        using var response = await Gateway.Anonymous.GetAsync(Product);
        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    /// <summary>In the trace of the request, as services do.</summary>
    private static async Task AnswerThatThereIsNone(HttpContext context)
    {
        using var activity = new Activity("GET").SetParentId($"{context.Request.Headers.TraceParent}").Start();
        await Problem.Create(StatusCodes.Status404NotFound, "product_not_found", "There is no such product.").ExecuteAsync(context);
    }

    private static Task AnswerThatItIsThere(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=0, must-revalidate";
        return context.Response.WriteAsJsonAsync(new { });
    }

    private static async Task<string> TraceIdAsync(HttpResponseMessage response) =>
        (await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found")).GetProperty("trace_id").GetString() ?? "";
}
