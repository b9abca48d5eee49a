namespace GoCart.BuildingBlocks.Http;

/// <summary>Takes the copies of a service in turn. A GET that could not even connect, or was cut off, is sent once more, to the next copy.</summary>
internal sealed class ServiceAddressHandler(Uri[] addresses) : DelegatingHandler
{
    private uint _turn;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // SocketsHttpHandler would send a request without a body up to four times; one with a body, even an empty one, it sends once.
        request.Content ??= new ByteArrayContent([]);

        var first = Interlocked.Increment(ref _turn);
        var pathAndQuery = request.RequestUri?.PathAndQuery ?? "/";
        try
        {
            request.RequestUri = Address(first, pathAndQuery);
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException) when (request.Method == HttpMethod.Get && !cancellationToken.IsCancellationRequested)
        {
            request.RequestUri = Address(first + 1, pathAndQuery);
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private Uri Address(uint turn, string pathAndQuery) => new(addresses[turn % addresses.Length], pathAndQuery);
}
