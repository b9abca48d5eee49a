using System.Security.Cryptography;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>
/// What a service's executable can do: <c>serve</c> (the default), <c>migrate [--seed]</c>, and <c>health</c>, which asks the
/// serving process beside it: a container without a shell has nothing else to ask with.
/// </summary>
public static partial class ServiceCommands
{
    /// <param name="migrations">Every set the service's database needs, in order.</param>
    /// <param name="seed">Puts sample rows into a development database; must do nothing the second time.</param>
    /// <param name="pipeline">
    /// Builds the request pipeline; runs only for <c>serve</c>, inside the error handling here, so that a wrong setting becomes one
    /// sentence instead of a stack trace.
    /// </param>
    /// <returns>The exit code: 0, 1 when it failed, 2 for a command it does not know.</returns>
    public static async Task<int> RunCommandAsync(
        this WebApplication app,
        string[] args,
        IReadOnlyList<MigrationSet> migrations,
        Func<NpgsqlDataSource, CancellationToken, Task>? seed = null,
        Action? pipeline = null)
    {
        // Only the first may be one: what follows an option, such as --urls, is the option's.
        var command = args is [{ } first, ..] && !first.StartsWith("--", StringComparison.Ordinal) ? first : "serve";
        if (app.Services.GetService<RequiredMigrations>() is { } required)
            required.Sets = migrations;

        if (app.Services.GetService<SecretFiles>()?.Error is { } error)
        {
            await Console.Error.WriteLineAsync($"The service does not start: {error}");
            return 1;
        }

        switch (command)
        {
            case "serve":
                return await TryServeAsync(app, pipeline);
            case "migrate":
                return await MigrateAsync(app, migrations, args.Contains("--seed") ? seed : null);
            case "health":
                return await IsHealthyAsync(app) ? 0 : 1;
            default:
                await Console.Error.WriteLineAsync($"Unknown command {command}: use serve, migrate [--seed], or health.");
                return 2;
        }
    }

    /// <summary>A setting that is missing or wrong is a sentence for the operator, and not a crash; its details are in the log.</summary>
    private static async Task<int> TryServeAsync(WebApplication app, Action? pipeline)
    {
        try
        {
            Failpoint.RefuseOutsideDevelopment(app.Environment);
            app.RefuseToListenInClear();
            ClearText.RefuseToListen(app.Environment, app.Configuration);
            ClearText.RefuseToCall(app.Environment, app.Configuration);
            PublicNames.RefuseIn(app.Environment, app.Configuration);
            pipeline?.Invoke();
            await app.ServeAsync();
            return Environment.ExitCode;
        }
        catch (Exception e) when (IsForTheOperator(e))
        {
            await Console.Error.WriteLineAsync($"The service does not start: {e.Message}");
            return 1;
        }
    }

    private static bool IsForTheOperator(Exception exception) => exception
        is InvalidOperationException
        or OptionsValidationException
        or FormatException // of Urls
        or CryptographicException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException // of Kestrel:Certificates
        or IOException { InnerException: AddressInUseException };

    private static async Task<bool> IsHealthyAsync(WebApplication app)
    {
        // Listening on every address is written +, * or 0.0.0.0; this machine is one of them.
        var address = BindingAddress.Parse((app.Configuration["Urls"] ?? "").Split(';')[0]);
        using var handler = new SocketsHttpHandler();
        if (app.Services.GetService<InternalTls>()?.ForClient() is { } tls)
            handler.SslOptions = tls;
#pragma warning disable CA5359 // It names the host that others connect to; here the port says who answers, and nothing secret is asked.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var response = await http.GetAsync(new Uri($"{address.Scheme}://127.0.0.1:{address.Port}/health"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return false;
        }
    }

    private static async Task<int> MigrateAsync(
        WebApplication app, IReadOnlyList<MigrationSet> migrations, Func<NpgsqlDataSource, CancellationToken, Task>? seed)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(Migrator));
        try
        {
            if (seed is not null && !app.Environment.IsDevelopment())
                throw new InvalidOperationException("--seed is for development only.");

            var settings = new NpgsqlConnectionStringBuilder(ConnectionString(app.Configuration, "Migrations"))
            {
                // Building an index, or waiting for the other copy that migrates, takes as long as it takes.
                CommandTimeout = 0,
            };
            DefaultPasswords.RefuseIn(app.Environment, "ConnectionStrings:Migrations", settings);
            ClearText.RefuseIn(app.Environment, app.Configuration, "ConnectionStrings:Migrations", settings);
            await using var owner = NpgsqlDataSource.Create(settings);
            await RoleCheck.RefuseToMigrateAsync(owner, app.Environment, CancellationToken.None);
            var serviceRole = new NpgsqlConnectionStringBuilder(ConnectionString(app.Configuration, "Database")).Username
                ?? throw new InvalidOperationException("ConnectionStrings:Database names no user.");

            var count = await new Migrator(owner, serviceRole, logger).ApplyAsync(migrations, CancellationToken.None);
            if (seed is not null)
                await seed(owner, CancellationToken.None);
            LogMigrated(logger, count);
            return 0;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            LogFailed(logger, e);
            return 1;
        }
        finally
        {
            // The console logger writes in the background.
            await app.DisposeAsync();
        }
    }

    private static string ConnectionString(IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) is { Length: > 0 } text
            ? text
            : throw new InvalidOperationException($"Set ConnectionStrings:{name}; docs/operations.md lists all settings.");

    [LoggerMessage(Level = LogLevel.Information, Message = "The database is up to date; {Count} migrations were applied now")]
    private static partial void LogMigrated(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database could not be migrated")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
