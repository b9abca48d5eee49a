using System.Net.Sockets;
using System.Text;

namespace GoCart.Tests.Gateway;

/// <summary>HTTP byte by byte, as no proper client would send it.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Sends the bytes, and gives all that comes back until the server closes.</summary>
    public static async Task<string> SendAsync(Uri address, params byte[][] parts)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port, limit.Token);
        var stream = client.GetStream();
        var answer = new MemoryStream();

        try
        {
            foreach (var part in parts)
                await stream.WriteAsync(part, limit.Token);
            await stream.CopyToAsync(answer, limit.Token);
        }
        // The server answers and closes before it has read everything.
        catch (IOException) when (answer.Length > 0)
        {
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
