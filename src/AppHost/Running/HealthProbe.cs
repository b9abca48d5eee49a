using System.Net;

namespace GoCart.AppHost.Running;

/// <summary>Asks a service whether it is ready.</summary>
internal sealed class HealthProbe(HttpClient http, Uri address)
{
    private const int LongestAnswer = 400;

    /// <summary>What it said last, for the person who wonders why it is not.</summary>
    public string LastAnswer { get; private set; } = "nothing";

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            LastAnswer = $"{(int)answer.StatusCode} {body[..Math.Min(body.Length, LongestAnswer)]}";
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LastAnswer = e.Message;
            return false;
        }
    }
}
