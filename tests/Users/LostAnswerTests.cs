using System.Net;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class LostAnswerTests(UsersFixture users, LocalServers servers) : IClassFixture<UsersFixture>
{
    [Fact]
    public async Task A_service_killed_after_it_replaced_a_token_costs_nobody_the_session()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        await using var dying = await UsersProcess.StartAsync(
            servers.Folder, "Development", users.Database,
            ("Auth__SigningKeyFile", users.SigningKeyFile), ("GOCART_FAILPOINT", "refresh.after_commit"));
        await dying.WaitUntilReadyAsync();
        using var dyingClient = new UsersClient(new HttpClient { BaseAddress = dying.Address });

        await Assert.ThrowsAsync<HttpRequestException>(() => dyingClient.RefreshAsync(session.RefreshToken));
        using var again = await client.RefreshAsync(session.RefreshToken);
        using var next = await client.RefreshAsync(UsersClient.RefreshTokenOf(again));

        Assert.Equal(137, await dying.ExitAsync());
        await again.ReadAsync<TokenResponse>();
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }
}
