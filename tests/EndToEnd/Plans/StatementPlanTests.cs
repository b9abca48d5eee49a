using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.EndToEnd.Plans;

/// <summary>
/// The store does not get slower with what it has kept: no statement of any route, event or worker reads a table from end to
/// end, or more of its rows than a page or a batch has.
/// </summary>
public sealed class StatementPlanTests(FilledStore store, ITestOutputHelper output) : IClassFixture<FilledStore>
{
    /// <summary>After five times PostgreSQL may settle for a plan that has to do for all values.</summary>
    private const int Rounds = 7;

    /// <summary>The largest batch of a cleaner is a thousand.</summary>
    private const int MostRows = 2_000;

    private const string ReadsAll = "select count(*) from products where price_cents = 4711";

    private static readonly string[] Operations = ["/alive", "/health", "/openapi/{documentName}.json"];

    [Fact]
    public async Task No_statement_reads_more_rows_when_there_are_more()
    {
        var everything = new EverythingOnce(store);
        for (var round = 0; round < Rounds; round++)
            await everything.DoAsync();

        var missed = store.Processes.SelectMany(MappedRoute.Of)
            .Where(route => route.Method != "HEAD" && !Operations.Contains(route.Path))
            .Select(route => $"{route.Method} {route.Path}")
            .Except(store.Visited);
        Assert.Empty(missed);

        var plans = store.Plans();
        output.WriteLine($"{plans.Count} plans of {plans.Select(plan => plan.Statement).Distinct().Count()} statements.");
        var slow = plans.Where(plan => plan.Reads.Any(Grows)).DistinctBy(plan => plan.Statement);
        Assert.Empty(slow);

        // That nothing was found means something only where something would be.
        await StoreFixture.ScalarAsync<long>(store.Databases.Products, ReadsAll);
        Assert.Contains(store.Plans(), plan => plan.Statement == ReadsAll && plan.Reads.Any(Grows));
    }

    /// <summary>From end to end even where it stopped early: the next time what it looks for may stand at the end.</summary>
    private bool Grows(TableRead read) => read.Rows > MostRows || (read.Kind == "Seq Scan" && store.GrowingTables.Contains(read.Table));
}
