using System.Diagnostics;
using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>When services are away, break off, or take too long.</summary>
[Collection(MeasuresTime.Name)]
public sealed class FailureTests
{
    private static readonly Uri Products = new("/api/products", UriKind.Relative);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_is_down_is_503_at_once_with_the_time_to_wait()
    {
        await using var gateway = await GatewayAlone.StartAsync();
        await gateway.Service.StopAsync();
        var started = Stopwatch.GetTimestamp();

        using var response = await gateway.Customer.PostAsync(new Uri("/api/orders", UriKind.Relative), null, Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
        MeasuresTime.AssertWithin(TimeSpan.FromSeconds(1), started);
    }

    [Fact]
    public async Task A_service_that_comes_back_is_used_at_once()
    {
        await using var gateway = await GatewayAlone.StartAsync();
        await gateway.Service.StopAsync();
        using var away = await gateway.Anonymous.GetAsync(Products, Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);

        await gateway.Service.StartAsync();

        using var back = await gateway.Anonymous.GetAsync(Products, Cancelled);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task A_read_that_breaks_off_is_sent_once_more()
    {
        await using var gateway = await GatewayAlone.StartAsync();
        gateway.Service.Answer = RecordingService.BreakOff;

        using var response = await gateway.Anonymous.GetAsync(Products, Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.BadGateway, "unavailable");
        Assert.Equal(2, gateway.Service.Received.Count);
    }

    [Theory]
    [InlineData("POST", "/api/orders", null)]
    [InlineData("POST", "/api/orders", "{}")]
    [InlineData("DELETE", "/api/cart", null)]
    [InlineData("PATCH", "/api/cart/items/0198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f", "{}")]
    public async Task A_write_that_may_have_arrived_is_never_sent_again(string method, string path, string? body)
    {
        await using var gateway = await GatewayAlone.StartAsync();
        using var warm = await gateway.Anonymous.GetAsync(Products, Cancelled);
        gateway.Service.Received.Clear();
        gateway.Service.Answer = RecordingService.BreakOff;
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await gateway.Customer.SendAsync(request, Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.BadGateway, "unavailable");
        Assert.Single(gateway.Service.Received);
    }

    [Theory]
    [InlineData("GET", "/api/products")]
    [InlineData("POST", "/api/orders")]
    public async Task A_copy_that_is_down_is_left_out(string method, string path)
    {
        await using var down = new RecordingService();
        await using var gateway = await GatewayAlone.StartAsync(secondCopy: down.Address);

        for (var i = 0; i < 20; i++)
        {
            using var response = await gateway.Customer.SendAsync(new(new(method), path), Cancelled);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(20, gateway.Service.Received.Count);
    }

    [Fact]
    public async Task A_copy_that_says_it_is_not_ready_is_left_out_at_its_first_word()
    {
        await using var stopping = new RecordingService();
        await stopping.StartAsync();
        await using var gateway = await GatewayAlone.StartAsync(secondCopy: stopping.Address);
        await WaitUntilUpAsync(gateway, copies: 2);

        stopping.IsReady = false;
        await WaitUntilUpAsync(gateway, copies: 1);

        // One for each cluster of the gateway, all of which have this copy.
        Assert.InRange(stopping.Refusals, 1, 4);
    }

    [Theory]
    [InlineData("GET", "/api/products")]
    [InlineData("POST", "/api/orders")]
    public async Task When_the_only_copy_that_seemed_well_is_gone_one_that_did_not_is_tried(string method, string path)
    {
        await using var starting = new RecordingService { IsReady = false };
        await starting.StartAsync();
        await using var gateway = await GatewayAlone.StartAsync(secondCopy: starting.Address);
        await WaitUntilUpAsync(gateway, copies: 1);

        await gateway.Service.StopAsync();
        using var response = await gateway.Customer.SendAsync(new(new(method), path), Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(starting.Received);
    }

    [Theory]
    [InlineData("GET", "/api/products")]
    [InlineData("POST", "/api/orders")]
    public async Task What_a_copy_behind_a_dead_network_cannot_have_got_goes_to_another(string method, string path)
    {
        using var unreachable = await UnreachableAddress.CreateAsync();
        await using var gateway = await GatewayAlone.StartAsync(secondCopy: unreachable.Address);

        // At once, before the probes have found out: about half of them try the dead one first.
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var response = await gateway.Customer.SendAsync(new(new(method), path), Cancelled);
            return response.StatusCode;
        }));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(10, gateway.Service.Received.Count);
    }

    [Fact]
    public async Task A_service_behind_a_dead_network_is_503()
    {
        using var unreachable = await UnreachableAddress.CreateAsync();
        await using var gateway = await GatewayAlone.StartAsync(settings: new()
        {
            ["Services:Orders"] = unreachable.Address.ToString(),
        });

        using var response = await gateway.Customer.PostAsync(new Uri("/api/orders", UriKind.Relative), null, Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
    }

    [Fact]
    public async Task Copies_share_the_work()
    {
        await using var second = new RecordingService();
        await second.StartAsync();
        await using var gateway = await GatewayAlone.StartAsync(secondCopy: second.Address);

        await Eventually.AssertAsync(async () =>
        {
            using var response = await gateway.Anonymous.GetAsync(Products, Cancelled);
            Assert.NotEmpty(gateway.Service.Received);
            Assert.NotEmpty(second.Received);
        });
    }

    [Fact]
    public async Task A_service_that_does_not_answer_in_time_is_504()
    {
        await using var gateway = await GatewayAlone.StartAsync(settings: new() { ["Gateway:Deadline"] = "00:00:02" });
        using var warm = await gateway.Anonymous.GetAsync(Products, Cancelled);
        gateway.Service.Received.Clear();
        gateway.Service.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        using var response = await gateway.Anonymous.GetAsync(Products, Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.GatewayTimeout, "timeout");
        Assert.Single(gateway.Service.Received);
    }

    [Fact]
    public async Task A_client_that_does_not_send_its_body_in_time_is_told_so()
    {
        await using var gateway = await GatewayAlone.StartAsync(settings: new() { ["Gateway:Deadline"] = "00:00:01" });

        var answer = await RawHttp.SendAsync(
            gateway.Address, "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n{}"u8.ToArray());

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"timeout\"", answer, StringComparison.Ordinal);
        Assert.Empty(gateway.Service.Received);
    }

    [Fact]
    public async Task A_service_that_fails_is_logged_and_a_client_that_leaves_is_not()
    {
        using var log = new LogCollector();
        var gateway = await GatewayAlone.StartAsync(configure: services => services.AddLogging(logging => logging.AddProvider(log)));
        var isHere = new TaskCompletionSource();
        gateway.Service.Answer = async context =>
        {
            isHere.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var leaving = new CancellationTokenSource();
        var request = gateway.Anonymous.GetAsync(Products, leaving.Token);
        await isHere.Task.WaitAsync(Cancelled);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);

        gateway.Service.Answer = RecordingService.BreakOff;
        using var failed = await gateway.Customer.PostAsync(new Uri("/api/orders", UriKind.Relative), null, Cancelled);
        await gateway.DisposeAsync(); // when it has done with both

        Assert.Contains("A request to orders failed", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("A request to products failed", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_breaks_off_in_the_middle_of_an_answer_is_not_taken_for_complete()
    {
        await using var gateway = await GatewayAlone.StartAsync();
        gateway.Service.Answer = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.Anonymous.GetStringAsync(Products, Cancelled));
    }

    [Fact]
    public async Task Of_an_answer_that_broke_off_while_it_was_held_nothing_is_in_the_problem()
    {
        await using var gateway = await GatewayAlone.StartAsync();
        gateway.Service.Answer = async context =>
        {
            context.Response.Headers.CacheControl = "public, max-age=0";
            await context.Response.WriteAsync("""{"half": """);
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        using var response = await gateway.Anonymous.GetAsync(Products, Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.BadGateway, "unavailable");
    }

    [Fact]
    public async Task When_a_service_has_enough_to_do_reads_are_turned_away_while_writes_and_other_services_go_on()
    {
        await using var gateway = await GatewayAlone.StartAsync(settings: new()
        {
            ["Gateway:MaxInFlight"] = "2",
        });
        var release = new TaskCompletionSource();
        gateway.Service.Answer = async context =>
        {
            if (HttpMethods.IsGet(context.Request.Method))
                await release.Task;
            await RecordingService.AnswerOk(context);
        };
        // Each asks for another page: those who want the same share one answer.
        var accepted = Enumerable.Range(1, 4)
            .Select(limit => gateway.Anonymous.GetAsync(new Uri($"/api/products?limit={limit}", UriKind.Relative), Cancelled)).ToList();
        await Eventually.AssertAsync(() =>
        {
            Assert.Equal(4, gateway.Service.Received.Count);
            return Task.CompletedTask;
        });

        using var refused = await gateway.Anonymous.GetAsync(Products, Cancelled);
        using var order = await gateway.Customer.PostAsync(new Uri("/api/orders", UriKind.Relative), null, Cancelled);
        using var write = await gateway.Admin.PostAsync(new Uri("/admin/products", UriKind.Relative), null, Cancelled);
        release.SetResult();

        await refused.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, order.StatusCode);
        Assert.Equal(HttpStatusCode.OK, write.StatusCode);
        foreach (var response in await Task.WhenAll(accepted))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Health_names_each_service_and_tells_a_start_from_an_outage()
    {
        await using var orders = new RecordingService();
        await using var gateway = await GatewayAlone.StartAsync(settings: new() { ["Services:Orders"] = orders.Address.ToString() });
        await AssertHealthAsync(gateway, HttpStatusCode.ServiceUnavailable, "unhealthy", ordersStatus: "unhealthy");

        await orders.StartAsync();
        await AssertHealthAsync(gateway, HttpStatusCode.OK, "healthy", ordersStatus: "healthy");

        await orders.StopAsync();
        await AssertHealthAsync(gateway, HttpStatusCode.OK, "degraded", ordersStatus: "degraded");
    }

    private static Task AssertHealthAsync(GatewayAlone gateway, HttpStatusCode status, string overall, string ordersStatus) =>
        Eventually.AssertAsync(async () =>
        {
            using var response = await gateway.Anonymous.GetAsync(new Uri("/health", UriKind.Relative), Cancelled);
            Assert.True(status == response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled));
            var health = await response.ReadAsync<System.Text.Json.JsonElement>(status);
            Assert.Equal(overall, health.GetProperty("status").GetString());
            var services = health.GetProperty("dependencies");
            Assert.Equal(ordersStatus, services.GetProperty("orders").GetProperty("status").GetString());
            Assert.Equal("healthy", services.GetProperty("products").GetProperty("status").GetString());
        });

    private static Task WaitUntilUpAsync(GatewayAlone gateway, int copies) => Eventually.AssertAsync(async () =>
        Assert.Contains($"{copies} of 2 copies are up", await gateway.Anonymous.GetStringAsync(new Uri("/health", UriKind.Relative), Cancelled)));
}
