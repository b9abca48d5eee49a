using System.Diagnostics;
using System.Net;
using System.Text.Json;
using GoCart.Cli;
using GoCart.Contracts.Orders;
using GoCart.Operator.Audit;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Operator;

public sealed class AuditTests(OperatedStore store) : IClassFixture<OperatedStore>
{
    private int _placed;

    [Fact]
    public async Task A_store_at_work_gives_no_false_alarm()
    {
        var scarce = await store.CreateProductAsync(stock: 20);
        var plenty = await store.CreateProductAsync(stock: 100_000);
        var customers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.Clients.CustomerAsync()));
        using var enough = new CancellationTokenSource();
        var working = customers.Select((customer, i) => WorkAsync(customer, i % 2 == 0 ? plenty.Id : scarce.Id, enough.Token)).ToList();

        var started = Stopwatch.GetTimestamp();
        var audits = 0;
        DateTimeOffset? since = null;
        while (audits < 5 || Volatile.Read(ref _placed) < 20)
        {
            Assert.True(
                Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1), $"{audits} audits of {_placed} orders prove little.");
            var report = await store.AuditAsync(new AuditOptions { Since = since });
            Assert.Empty(report.Violations);
            // Everything, what has changed since, everything, …
            since = since is null ? report.NextSince : null;
            audits++;
        }
        await enough.CancelAsync();
        await Task.WhenAll(working);

        await store.SettleAsync();
    }

    [Fact]
    public async Task A_clean_audit_says_what_it_read_and_ends_with_0()
    {
        var result = await store.RunAsync("audit");
        var json = await store.RunAsync("audit --output json");

        Assert.Equal(ExitCode.Ok, result.Succeeded().ExitCode);
        Assert.Contains("Everything holds:", result.Error, StringComparison.Ordinal);
        var report = JsonDocument.Parse(json.Succeeded().Out).RootElement;
        Assert.True(report.GetProperty("is_clean").GetBoolean());
        Assert.Empty(report.GetProperty("violations").EnumerateArray());
    }

    [Fact]
    public async Task A_broken_store_is_named_row_by_row_and_ends_with_1()
    {
        var product = await store.CreateProductAsync();
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Products, $"update products set stock = stock + 7 where id = '{product.Id}'");

        var result = await store.RunAsync("audit");
        var json = await store.RunAsync("audit --output json");
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Products, $"update products set stock = stock - 7 where id = '{product.Id}'");

        Assert.Equal((ExitCode.Failed, ExitCode.Failed), (result.ExitCode, json.ExitCode));
        Assert.Contains($"{product.Id}", result.Out, StringComparison.Ordinal);
        Assert.Contains("stock is 107, its ledger sums to 100", result.Out, StringComparison.Ordinal);
        Assert.Contains("I1: The stock of every product", result.Error, StringComparison.Ordinal);
        var violation = Assert.Single(JsonDocument.Parse(json.Out).RootElement.GetProperty("violations").EnumerateArray());
        Assert.Equal(("I1", $"{product.Id}"), (violation.GetProperty("invariant").GetString(), violation.GetProperty("row").GetString()));
    }

    [Theory]
    [InlineData("audit --settings /nowhere/operator.json", "/nowhere/operator.json cannot be read")]
    [InlineData("dead-letters list --settings /dev/null", "/dev/null cannot be read")]
    public async Task Without_settings_there_is_nothing_to_audit(string line, string sentence)
    {
        var result = await store.RunAsync(line);

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
    }

    /// <summary>Orders, and cancels every other order at once.</summary>
    private async Task WorkAsync(StoreUser customer, Guid productId, CancellationToken enough)
    {
        var isCancelled = false;
        while (!enough.IsCancellationRequested)
        {
            using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = productId, quantity = 1 }, CancellationToken.None);
            using var placed = await customer.Http.PostAsync(new Uri("/api/orders", UriKind.Relative), null, CancellationToken.None);
            // Sold out, or the cart still empty: the next round will tell.
            if (placed.StatusCode != HttpStatusCode.Created)
                continue;

            var order = await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
            Interlocked.Increment(ref _placed);
            isCancelled = !isCancelled;
            if (isCancelled)
            {
                using var cancelled = await customer.Http.DeleteAsync(new Uri($"/api/orders/{order.Id}", UriKind.Relative), CancellationToken.None);
            }
        }
    }
}
