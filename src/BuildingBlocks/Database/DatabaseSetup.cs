using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace GoCart.BuildingBlocks.Database;

public static class DatabaseSetup
{
    // Less than the command timeout, so that the server gives up first and says why.
    private const string LimitsOfWaiting = "-c lock_timeout=2000 -c statement_timeout=2900 -c idle_in_transaction_session_timeout=10000";

    // PostgreSQL would plan every statement with an array anew at each execution, for longer than it runs: docs/decisions/0037.
    private const string OnePlanPerStatement = "-c plan_cache_mode=force_generic_plan";

    /// <summary>Registers the service's <see cref="NpgsqlDataSource"/>, from <c>ConnectionStrings:Database</c>, and its health.</summary>
    public static void AddDatabase(this IHostApplicationBuilder builder)
    {
        DapperTypes.Register();
        builder.Services.AddSingleton<RequiredMigrations>();
        builder.Services.AddSingleton(provider => CreateDataSource(
            provider.GetRequiredService<IConfiguration>(),
            provider.GetRequiredService<IHostEnvironment>(),
            provider.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton<RoleCheck>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RoleCheck>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database").AddCheck<RoleCheck>("database_role");
    }

    private static NpgsqlDataSource CreateDataSource(
        IConfiguration configuration, IHostEnvironment environment, ILoggerFactory loggers)
    {
        var connectionString = configuration.GetConnectionString("Database");
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new InvalidOperationException("Set ConnectionStrings:Database to the service's database, with the service's own role.");

        var builder = new NpgsqlDataSourceBuilder(connectionString);
        var settings = builder.ConnectionStringBuilder;
        DefaultPasswords.RefuseIn(environment, "ConnectionStrings:Database", settings);
        ClearText.RefuseIn(environment, configuration, "ConnectionStrings:Database", settings);
        settings.MaxPoolSize = Math.Min(settings.MaxPoolSize, 20);
        settings.Timeout = 2;
        settings.CommandTimeout = 3;
        settings.CancellationTimeout = 500;
        settings.MaxAutoPrepare = 100;
        settings.AutoPrepareMinUsages = 2;
        settings.KeepAlive = 10;
        // What a rush or an outage has opened is closed soon after it.
        settings.ConnectionIdleLifetime = 30;
        settings.ConnectionPruningInterval = 10;
        // No code leaves session state behind, so nothing needs to be reset: a third of PostgreSQL's work on small reads.
        settings.NoResetOnClose = true;
        settings.Options = $"{LimitsOfWaiting} {OnePlanPerStatement} {settings.Options}".TrimEnd();
        settings.ApplicationName ??= AppDomain.CurrentDomain.FriendlyName;
        builder.UseLoggerFactory(loggers);
        return settings.Host?.Contains(',', StringComparison.Ordinal) == true ? BuildForPrimary(builder) : builder.Build();
    }

    /// <summary>Several hosts, of which the one that is the primary now is used: a promoted standby is found within a second.</summary>
    private static NpgsqlDataSource BuildForPrimary(NpgsqlDataSourceBuilder builder)
    {
        var settings = builder.ConnectionStringBuilder;
        if (settings.TargetSessionAttributes is not (null or "primary" or "read-write"))
            throw new InvalidOperationException("ConnectionStrings:Database: the service writes, so Target Session Attributes can be primary only.");

        settings.TargetSessionAttributes = null;
        settings.HostRecheckSeconds = 1;
        return builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
    }
}
