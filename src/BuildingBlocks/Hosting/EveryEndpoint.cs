using System.Reflection;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>Deny by default: a process with a route that names neither a policy nor <c>AllowAnonymous</c> does not start.</summary>
public static class EveryEndpoint
{
    /// <summary>Checks all routes, waits for the migrations, then serves until the process is asked to stop.</summary>
    /// <exception cref="InvalidOperationException">A route does not say who may call it, or a setting is missing that a request would need.</exception>
    public static Task ServeAsync(this WebApplication app)
    {
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).ToList();

        // Without its key a list would fail at its second page; better that the service does not start.
        if (endpoints.Any(Takes<Page>))
            app.Services.GetRequiredService<PageCursors>();
        if (endpoints.Any(Takes<ClientAddress>))
            app.Services.GetRequiredService<TrustedGateways>();

        foreach (var service in app.Services.GetServices<CalledService>())
            ServiceAddresses.Read(app.Configuration, service.Name);

        var silent = endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is null
                && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(endpoint => endpoint.DisplayName)
            .ToList();

        return silent.Count == 0
            ? app.RunWhenMigratedAsync()
            : throw new InvalidOperationException($"These routes do not say who may call them: {string.Join(", ", silent)}");
    }

    private static bool Takes<T>(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Any(parameter => parameter.ParameterType == typeof(T)) is true;
}
