using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using GoCart.BuildingBlocks.Messaging;

namespace GoCart.Operator.DeadLetters;

/// <summary>Asks the broker's HTTP API which queues have a dead-letter queue: AMQP cannot list queues.</summary>
internal static class QueueNames
{
    private static readonly string Suffix = Topology.DeadQueueName("");

    /// <exception cref="OperatorException">The API does not answer, or not to this user.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(
        Uri management, string virtualHost, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var credentials = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        var address = new UriBuilder(management)
        {
            UserName = "",
            Password = "",
            Path = $"/api/queues/{Uri.EscapeDataString(virtualHost)}",
            Query = "columns=name",
        };
        try
        {
            var queues = await http.GetFromJsonAsync<List<Queue>>(address.Uri, cancellationToken) ?? [];
            var names = queues.Select(queue => queue.Name).Order(StringComparer.Ordinal).ToList();
            return names.FindAll(name => names.Contains(name + Suffix));
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new OperatorException($"The broker's HTTP API does not answer: {e.Message}", e);
        }
    }

    private sealed record Queue(string Name);
}
