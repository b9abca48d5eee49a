using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.OpenApi;

/// <summary>GET /openapi/v1.json: the documents of all services as one, as they were last seen.</summary>
internal sealed class StoreDescription(IProxyStateLookup proxy, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private readonly ConcurrentDictionary<string, JsonObject> _documents = new();
    private byte[]? _joined;
    private long _joinedAt;

    public static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Handle(
        StoreDescription description, CancellationToken cancellationToken) =>
        await description.GetAsync(cancellationToken) is { } document
            ? TypedResults.Bytes(document, "application/json; charset=utf-8")
            : Problem.Unavailable("Not every service has described itself yet; try again soon.");

    public void Dispose() => _fetching.Dispose();

    /// <summary>Null as long as a service has never described itself.</summary>
    private async Task<byte[]?> GetAsync(CancellationToken cancellationToken)
    {
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            if (_joined is not null && clock.GetElapsedTime(_joinedAt) < Freshness)
                return _joined;

            await Task.WhenAll(proxy.GetClusters().Select(cluster => TryFetchAsync(cluster, cancellationToken)));
            if (proxy.GetClusters().All(cluster => _documents.ContainsKey(cluster.ClusterId)))
            {
                _joined = JoinedDocument.Create(_documents, [.. proxy.GetRoutes().Select(route => route.Config)]);
                _joinedAt = clock.GetTimestamp();
            }
            return _joined;
        }
        finally
        {
            _fetching.Release();
        }
    }

    private async Task TryFetchAsync(ClusterState service, CancellationToken cancellationToken)
    {
        if (service.DestinationsState.AvailableDestinations is not [var copy, ..])
            return;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(FetchTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(copy.Model.Config.Address), "/openapi/v1.json"));
            using var response = await service.Model.HttpClient.SendAsync(request, timeout.Token);
            response.EnsureSuccessStatusCode();
            if (await response.Content.ReadFromJsonAsync<JsonObject>(timeout.Token) is { } document)
                _documents[service.ClusterId] = document;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is HttpRequestException or OperationCanceledException or JsonException)
        {
            // The last document stays in use; that the service is away is logged where it matters.
        }
    }
}
