using System.Net.Http.Headers;
using System.Text;
using GoCart.AppHost.Local;

namespace GoCart.Tests.Infrastructure;

/// <summary>Virtual hosts beside the store's own, made through the management API: each is a broker of its own.</summary>
internal sealed class RabbitVirtualHosts : IDisposable
{
    private readonly HttpClient _http;

    public RabbitVirtualHosts(RabbitServer server, string administratorPassword)
    {
        var credentials = Encoding.UTF8.GetBytes($"{RabbitDefinitions.Administrator}:{administratorPassword}");
        _http = new HttpClient { BaseAddress = server.Management, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
    }

    /// <summary>Makes it as the store's own is: with the exchanges, and with the same rights for every service.</summary>
    /// <param name="isForPreviousRelease">Its services declare the exchanges themselves, which needs the right to.</param>
    public async Task CreateAsync(string name, bool isForPreviousRelease, CancellationToken cancellationToken)
    {
        using var created = await _http.PutAsync($"api/vhosts/{name}", null, cancellationToken);
        created.EnsureSuccessStatusCode();

        foreach (var user in RabbitDefinitions.Users)
        {
            var (configure, write, read) = RabbitDefinitions.Permissions(user);
            using var permitted = await _http.PutAsJsonAsync(
                $"api/permissions/{name}/{user}", new { configure = isForPreviousRelease ? ".*" : configure, write, read }, cancellationToken);
            permitted.EnsureSuccessStatusCode();
        }

        foreach (var (exchange, type) in RabbitDefinitions.Exchanges)
        {
            using var made = await _http.PutAsJsonAsync($"api/exchanges/{name}/{exchange}", new { type, durable = true }, cancellationToken);
            made.EnsureSuccessStatusCode();
        }

        foreach (var user in RabbitDefinitions.Services)
        {
            foreach (var (exchange, write, read) in RabbitDefinitions.TopicPermissions(user))
            {
                using var permitted = await _http.PutAsJsonAsync(
                    $"api/topic-permissions/{name}/{user}", new { exchange, write, read }, cancellationToken);
                permitted.EnsureSuccessStatusCode();
            }
        }
    }

    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        using var deleted = await _http.DeleteAsync($"api/vhosts/{name}", cancellationToken);
        deleted.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}
