using GoCart.BuildingBlocks.Audit;
using GoCart.Tests.Orders;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GoCart.Tests.BuildingBlocks;

/// <summary>The audit log loses what is old, and nothing else, whoever asks.</summary>
public sealed class AuditLogCleanerTests(OrdersDatabase orders) : IClassFixture<OrdersDatabase>
{
    [Fact]
    public async Task Rows_leave_in_batches_when_they_are_as_old_as_the_setting_says_and_the_others_stay()
    {
        await InsertAsync("order.read", "now() - interval '120 days 1 minute'", count: 1200);
        await InsertAsync("order.read", "now() - interval '119 days'", count: 10);
        await InsertAsync("order.read", "now()", count: 3);

        await CleanAsync(days: 120);
        Assert.Equal(13, await CountAsync("order.read"));

        await CleanAsync(days: 90);
        Assert.Equal(3, await CountAsync("order.read"));
    }

    [Theory]
    [InlineData("89")]
    [InlineData("0")]
    [InlineData("-100000")]
    [InlineData("null")]
    public async Task Whatever_the_service_asks_for_nothing_younger_than_90_days_goes(string days)
    {
        await InsertAsync("asked.for", "now() - interval '89 days 23 hours'", count: 1);
        var before = await CountAsync("asked.for");

        await CallAsync(days);

        Assert.Equal(before, await CountAsync("asked.for"));
    }

    [Fact]
    public async Task A_table_of_the_caller_s_is_not_what_the_function_deletes_from()
    {
        await using var connection = await orders.Superuser.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            create temporary table audit_log (at timestamptz);
            insert into audit_log values ('2020-01-01');
            select public.audit_log_remove_old(90);
            """;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        command.CommandText = "select count(*) from pg_temp.audit_log";
        Assert.Equal(1L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private async Task CleanAsync(int days)
    {
        var options = Options.Create(new AuditLogOptions { RetentionDays = days });
        using var cleaner = new AuditLogCleaner(orders.Db, options, TimeProvider.System, NullLogger<AuditLogCleaner>.Instance);
        await cleaner.CleanAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>With the rights of the service.</summary>
    private async Task CallAsync(string days)
    {
        await using var command = orders.Db.CreateCommand($"select audit_log_remove_old({days})");
        Assert.IsType<int>(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private async Task InsertAsync(string action, string at, int count) => await orders.ExecuteAsync(
        $"""
        insert into audit_log (id, at, action, address)
        select gen_random_uuid(), {at}, '{action}', '203.0.113.1' from generate_series(1, {count})
        """);

    private Task<long> CountAsync(string action) => orders.CountAsync("select count(*) from audit_log where action = @action", new { action });
}
