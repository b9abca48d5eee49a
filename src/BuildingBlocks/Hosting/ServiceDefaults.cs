using System.Security.Authentication;
using System.Text.Json;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>What every process of the store has in common: limits, logs, telemetry, problems, health and a graceful stop.</summary>
public static class ServiceDefaults
{
    /// <summary>
    /// An argument of the host: its files of settings are read at the start and not watched, which takes a thread and a tenth of the
    /// start. What changes while a service runs (certificates, keys) is read again by those who use it.
    /// </summary>
    public const string ReadSettingsOnce = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>A drain takes as long as the longest request plus the message in hand.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    /// <param name="serviceName">As in logs, traces and metrics: gateway, users, products, carts, orders.</param>
    /// <param name="isPublic">Whether anybody connects to it, and not gateway and services alone.</param>
    public static void AddServiceDefaults(this WebApplicationBuilder builder, string serviceName, bool isPublic = false)
    {
        builder.Services.AddSingleton(SecretFiles.AddTo(builder.Configuration));
        builder.WebHost.ConfigureKestrel(SetLimits);
        builder.WebHost.ConfigureKestrel(SetTls);
        if (isPublic)
            builder.Services.AddSingleton<PublicProcess>();
        builder.WebHost.ConfigureKestrel(ExactFraming.Configure);
        builder.AddKnownHosts(serviceName);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options => StrictJson.Configure(options.SerializerOptions));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<PageCursors>();
        builder.Services.AddSingleton<TrustedGateways>();
        builder.Services.AddSingleton(provider => new InternalTls(
            provider.GetRequiredService<IConfiguration>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CertificateFiles>>()));
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Readiness>());
        builder.Services.AddHealthChecks().AddCheck<Readiness>("readiness");
        builder.AddTelemetry(serviceName);
        ConfigureLogging(builder.Logging);
    }

    /// <exception cref="InvalidOperationException">Mutual TLS is set, and yet a service would speak to anybody.</exception>
    internal static void RefuseToListenInClear(this WebApplication app)
    {
        if (app.Services.GetService<InternalTls>() is { IsOn: true }
            && app.Services.GetService<PublicProcess>() is null
            && (app.Configuration["Urls"] ?? "").Split(';').Any(url => !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)))
            throw new InvalidOperationException("Set Urls to an address with https, because InternalTls is set.");
    }

    /// <summary>Problems around everything, then the token, then the route.</summary>
    /// <param name="beforeAuthentication">Adds what looks at the route but not at the user.</param>
    public static void UseServiceDefaults(this WebApplication app, Action? beforeAuthentication = null)
    {
        app.Use(app.Services.GetRequiredService<Readiness>().CloseConnectionsAsync);
        app.UseMiddleware<ProblemMiddleware>();
        app.UseExactFraming();
        app.UseRouting();
        app.UseSpanNames();
        app.UseExactPaths();
        app.UseUnreadBodies();
        beforeAuthentication?.Invoke();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
    }

    private static void SetLimits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(90);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MaxConcurrentConnections = 10_000;
    }

    /// <summary>The gateway's certificate comes from Kestrel's own settings, a service's from <c>InternalTls</c> or from these.</summary>
    private static void SetTls(KestrelServerOptions kestrel) => kestrel.ConfigureHttpsDefaults(https =>
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        var services = kestrel.ApplicationServices;
        if (services.GetService<PublicProcess>() is null && services.GetRequiredService<InternalTls>() is { IsOn: true } tls)
            tls.Require(https);
        else if (RenewedCertificate(services) is { } certificate)
            https.OnAuthenticate = (_, options) => options.ServerCertificateContext = certificate.Current;
    });

    /// <summary>Kestrel reads its certificate once, at the start; this one is read again. Null where the settings name no two PEM files.</summary>
    private static CertificateFiles? RenewedCertificate(IServiceProvider services)
    {
        var settings = services.GetRequiredService<IConfiguration>().GetSection("Kestrel:Certificates:Default");
        return settings["Path"] is { Length: > 0 } path && settings["KeyPath"] is { Length: > 0 } keyPath && settings["Password"] is null
            ? new CertificateFiles(
                path, keyPath, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<CertificateFiles>>())
            : null;
    }

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        // JSON: one event is one line, whatever a client writes into a field.
        logging.AddJsonConsole(options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "O";
            options.IncludeScopes = true;
            options.JsonWriterOptions = new JsonWriterOptions { Indented = false };
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        // Says at every request without a good token that there was none.
        logging.AddFilter(typeof(AccessTokenHandler).FullName, LogLevel.Warning);
        // Says at every look what /health has answered, and what logged its own reason already.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        // Answered 503 and logged once where it is handled.
        logging.AddFilter("Npgsql", LogLevel.Critical);
        logging.AddFilter("Yarp", LogLevel.Warning);
        logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
    }
}

/// <summary>Registered in a process that anybody connects to.</summary>
internal sealed class PublicProcess;
