using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace GoCart.BuildingBlocks.Http;

/// <summary>A process answers to this machine's names, to its own and to those in <c>AllowedHosts</c>, and to no others.</summary>
internal static class KnownHosts
{
    public static void AddKnownHosts(this WebApplicationBuilder builder, string serviceName)
    {
        builder.Services.PostConfigure<HostFilteringOptions>(options =>
        {
            string[] own = ["localhost", "127.0.0.1", "[::1]", serviceName];
            options.IncludeFailureMessage = false;
            options.AllowEmptyHosts = false;
            options.AllowedHosts = builder.Configuration["AllowedHosts"] switch
            {
                null or "" => own,
                "*" => ["*"],
                // Health is asked for on the machine itself.
                _ => [.. options.AllowedHosts, .. own],
            };
        });

        // The framework's filter stands before everything that Program.cs adds; its 400 is to be a problem like any other.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, ProblemForUnknownHost>());
    }

    private sealed class ProblemForUnknownHost : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, next) =>
            {
                // The filter looks at the name alone.
                if (!HasPossiblePort(context.Request.Host.Value ?? ""))
                    context.Response.StatusCode = StatusCodes.Status400BadRequest;
                else
                    await next(context);
                if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest, ContentType: null })
                {
                    context.Response.Headers.CacheControl = "no-store";
                    await Problem.InvalidRequest("This server does not answer to that Host.").ExecuteAsync(context);
                }
            });
            next(app);
        };

        private static bool HasPossiblePort(string host)
        {
            var colon = host.LastIndexOf(':');
            return colon < 0 || host.EndsWith(']') || colon == host.Length - 1
                || (ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0);
        }
    }
}
