using System.Net.Http.Json;
using System.Text.Json;
using GoCart.Contracts;

namespace GoCart.BuildingBlocks.Http;

public static class ServiceAnswers
{
    /// <summary>Reads what another service answered; anything but the expected is that service's failure, and not the client's.</summary>
    /// <exception cref="HttpRequestException">It is another status, or not the JSON that is expected.</exception>
    public static async Task<T> ReadAnswerAsync<T>(this HttpResponseMessage response, CancellationToken cancellationToken)
    {
        response.EnsureSuccessStatusCode();
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(Json.Complete, cancellationToken)
                ?? throw new HttpRequestException("The service answered null.");
        }
        catch (JsonException e)
        {
            throw new HttpRequestException("The service's answer cannot be read.", e);
        }
    }
}
