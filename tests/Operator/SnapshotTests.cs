using GoCart.BuildingBlocks.Database;
using GoCart.Operator;
using GoCart.Operator.Audit;
using Npgsql;

namespace GoCart.Tests.Operator;

public sealed class SnapshotTests(OperatedStore store) : IClassFixture<OperatedStore>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_breaks_off_in_the_middle_of_a_list_is_named()
    {
        await using var snapshot = await Snapshot.TakeAsync("orders", store.Databases.Orders.Superuser, Cancelled);
        var self = (await snapshot.QueryAsync<int>("select pg_backend_pid()", null, Cancelled)).Single();
        await using var other = NpgsqlDataSource.Create(store.Databases.Orders.Superuser);

        var error = await Assert.ThrowsAsync<OperatorException>(async () =>
        {
            var rows = snapshot.StreamAsync(
                "select gen_random_uuid(), repeat('x', 1000) from generate_series(1, 1000000)", null, row => row.GetGuid(0), Cancelled);
            var isEnding = false;
            await foreach (var _ in rows)
            {
                if (!isEnding)
                    await other.QueryAsync<bool>("select pg_terminate_backend(@self)", new { self }, Cancelled);
                isEnding = true;
            }
        });

        Assert.Contains("The database orders cannot be read", error.Message, StringComparison.Ordinal);
    }
}
