using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace GoCart.Tests.BuildingBlocks.Database;

public sealed class MigratorTests(LocalServers servers) : IAsyncLifetime
{
    private static readonly MigrationSet Notes = new("notes",
    [
        new(1, "notes", "create table notes (id int not null); grant select, insert on notes to :service_role"),
        new(2, "text", "alter table notes add column text text"),
    ]);

    private TestDatabases _databases = null!; // assigned before each test
    private NpgsqlDataSource _owner = null!; // assigned before each test
    private NpgsqlDataSource _service = null!; // assigned before each test

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _databases = await servers.CreateDatabasesAsync(Cancelled);
        _owner = NpgsqlDataSource.Create(_databases.Orders.Owner + ";Pooling=false");
        _service = NpgsqlDataSource.Create(_databases.Orders.Service + ";Pooling=false");
    }

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        await _service.DisposeAsync();
        await _databases.DisposeAsync();
    }

    [Fact]
    public async Task A_file_that_was_applied_and_has_changed_since_is_refused()
    {
        await ApplyAsync(Notes);
        var changed = Notes with { Migrations = [new(1, "notes", "create table other (id int)"), Notes.Migrations[1]] };

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync(changed));

        Assert.Contains("Migration 0001_notes of notes was applied, but the file has changed since.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_who_migrate_at_once_apply_each_file_once()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ApplyAsync(Notes)));

        Assert.Equal([0, 0, 0, 0, 2], counts.Order());
    }

    [Fact]
    public async Task An_index_that_makes_nobody_wait_is_made_by_one_of_several_and_once_more_if_that_failed()
    {
        var indexed = Notes with
        {
            Migrations =
            [
                .. Notes.Migrations,
                new(3, "index", "-- no transaction\ndrop index concurrently if exists notes_id;\n\ncreate unique index concurrently notes_id on notes (id);\n"),
            ],
        };
        await ApplyAsync(Notes);
        await _owner.ExecuteAsync("insert into notes values (1), (1)", null, Cancelled);

        await Assert.ThrowsAsync<PostgresException>(() => ApplyAsync(indexed));
        await _owner.ExecuteAsync("delete from notes", null, Cancelled);
        var counts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ApplyAsync(indexed)));

        Assert.Equal([0, 0, 1], counts.Order());
        Assert.True(await _owner.QuerySingleOrDefaultAsync<bool>(
            "select indisvalid from pg_index where indexrelid = 'notes_id'::regclass", null, Cancelled));
    }

    [Fact]
    public async Task A_file_that_fails_leaves_nothing_of_itself_and_those_before_it()
    {
        var broken = Notes with { Migrations = [.. Notes.Migrations, new(3, "broken", "create table half (id int); select 1 / 0")] };

        await Assert.ThrowsAsync<PostgresException>(() => ApplyAsync(broken));

        Assert.Equal(0, await ApplyAsync(Notes));
        Assert.Null(await _owner.QuerySingleOrDefaultAsync<string>("select to_regclass('half')::text", null, Cancelled));
    }

    [Fact]
    public async Task A_service_is_not_ready_before_the_last_of_its_migrations_has_run()
    {
        DapperTypes.Register();
        var check = new DatabaseHealthCheck(_service, new RequiredMigrations { Sets = [BuildingBlockMigrations.Messaging, Notes] });
        await ApplyAsync(BuildingBlockMigrations.Messaging);
        await ApplyAsync(Notes with { Migrations = [Notes.Migrations[0]] });

        var half = await check.CheckHealthAsync(new(), Cancelled);
        await ApplyAsync(Notes);
        var whole = await check.CheckHealthAsync(new(), Cancelled);
        await ApplyAsync(Notes with { Migrations = [.. Notes.Migrations, new(3, "newer", "select 1")] });
        var newer = await check.CheckHealthAsync(new(), Cancelled);

        Assert.Equal((HealthStatus.Unhealthy, "Migration 0002 of notes has not run yet."), (half.Status, half.Description));
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Healthy), (whole.Status, newer.Status));
    }

    [Theory]
    [InlineData("Development", "create table notes (id int)", 0, 1)]
    [InlineData("Production", "create table notes (id int)", 1, 0)]
    [InlineData("Development", "select 1 / 0", 1, 0)]
    public async Task The_command_seeds_in_development_only_and_its_exit_code_says_whether_it_worked(
        string environment, string sql, int exitCode, int seeds)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration["ConnectionStrings:Database"] = _databases.Orders.Service;
        builder.Configuration["ConnectionStrings:Migrations"] = _databases.Orders.Owner + ";Pooling=false";
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        var seeded = 0;

        var result = await app.RunCommandAsync(
            ["migrate", "--seed"],
            [new("notes", [new(1, "notes", sql)])],
            seed: (_, _) =>
            {
                seeded++;
                return Task.CompletedTask;
            });

        Assert.Equal((exitCode, seeds), (result, seeded));
    }

    private Task<int> ApplyAsync(MigrationSet set) =>
        new Migrator(_owner, "orders", NullLogger.Instance).ApplyAsync([set], Cancelled);
}
