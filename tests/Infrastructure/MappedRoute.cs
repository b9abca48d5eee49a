using Microsoft.AspNetCore.Authorization;

namespace GoCart.Tests.Infrastructure;

/// <summary>A route of a running process, with one of its methods.</summary>
/// <param name="Path">As mapped, with <c>{id}</c>.</param>
internal sealed record MappedRoute(RunningService Service, string Method, string Path, EndpointMetadataCollection Metadata)
{
    public bool IsAnonymous => Metadata.GetMetadata<IAllowAnonymous>() is not null;

    public IReadOnlyList<string?> Policies => [.. Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy)];

    /// <summary>With an id that nobody has.</summary>
    public HttpRequestMessage Request() => new(new HttpMethod(Method), Path.Replace("{id}", $"{Guid.NewGuid()}", StringComparison.Ordinal));

    public override string ToString() => $"{Method} {Path} at {Service.Address}";

    /// <summary>Every route of the process, whoever mapped it.</summary>
    public static List<MappedRoute> Of(RunningService service) =>
    [
        .. from endpoint in service.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Distinct()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select new MappedRoute(service, method, $"/{endpoint.RoutePattern.RawText?.Trim('/')}", endpoint.Metadata),
    ];
}
