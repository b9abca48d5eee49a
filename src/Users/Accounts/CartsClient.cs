using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;

namespace GoCart.Users.Accounts;

/// <summary>Asks the carts service to forget what somebody meant to buy.</summary>
internal sealed class CartsClient(HttpClient http)
{
    /// <exception cref="HttpRequestException">The service is away, or does not answer as it should.</exception>
    public async Task ClearAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        using var request = ServiceClient.RequestFor(user, HttpMethod.Delete, "/api/cart");
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
