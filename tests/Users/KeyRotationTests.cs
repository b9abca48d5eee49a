using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GoCart.Contracts.Users;
using GoCart.Operator.Keys;
using GoCart.Tests.Infrastructure;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.Tests.Users;

public sealed class KeyRotationTests(UsersFixture users, LocalServers servers) : IClassFixture<UsersFixture>
{
    private const int Clients = 4;

    [Fact]
    public async Task Keys_change_under_load_over_two_copies_and_a_restart_without_a_refused_request()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Auth:SigningKeyFile"] = Path.Combine(servers.Folder, $"{Guid.NewGuid():N}.pem"),
        };
        await using var first = users.Start(TimeProvider.System, settings: settings);
        var second = users.Start(TimeProvider.System, settings: settings);
        await using var other = await (await ServiceWithOneRoute.StartAsync(first.Address)).WhenReadyAsync();
        var sessions = new List<SignedIn>();
        using (var client = new UsersClient(first.CreateClient()))
        {
            for (var i = 0; i < Clients; i++)
                sessions.Add(await client.SignInNewCustomerAsync());
        }
        var oldKey = KeyIdOf(sessions[0].AccessToken);
        var oldTokens = sessions.ConvertAll(session => session.AccessToken);
        Uri[] issuers = [first.Address, second.Address];
        var requests = new int[Clients];
        using var enough = new CancellationTokenSource();
        var seen = new string[Clients];
        var load = Enumerable.Range(0, Clients).Select(LoadAsync).ToList();

        await RotateKeys.ExecuteAsync(settings["Auth:SigningKeyFile"]!, TimeSpan.FromSeconds(3), TimeProvider.System, CancellationToken.None);
        await Eventually.AssertAsync(() =>
        {
            var failed = load.Find(task => task.IsFaulted);
            if (failed is not null)
                Assert.Fail($"{failed.Exception?.GetBaseException().Message}");
            Assert.All(seen, key => Assert.True(key is not null && key != oldKey));
            return Task.CompletedTask;
        });

        // A copy that starts between the two keys knows both. Nobody asks the one that is stopped: that is not what is tried here.
        issuers = [first.Address];
        await GoOnAsync();
        await second.DisposeAsync();
        await using var again = users.Start(TimeProvider.System, settings: settings);
        using (var http = again.CreateClient())
        {
            await Eventually.AssertAsync(async () =>
            {
                using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
                Assert.True(health.IsSuccessStatusCode);
            });
        }
        issuers = [first.Address, again.Address];
        await GoOnAsync();
        await enough.CancelAsync();
        await Task.WhenAll(load);
        foreach (var address in (Uri[])[first.Address, again.Address])
        {
            foreach (var token in oldTokens)
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(new Uri(address, "/api/me"), token));
        }

        // Until every client has begun and ended a round of its own.
        Task GoOnAsync()
        {
            var before = requests.ToArray();
            return Eventually.AssertAsync(() =>
            {
                Assert.True(load.Exists(task => task.IsFaulted) || requests.Zip(before).All(count => count.First >= count.Second + 6));
                return Task.CompletedTask;
            });
        }

        async Task LoadAsync(int client)
        {
            var refreshToken = sessions[client].RefreshToken;
            for (var round = 0; !enough.IsCancellationRequested; round++)
            {
                var asked = issuers;
                var issuer = asked[(client + round) % asked.Length];
                using var http = new UsersClient(new HttpClient { BaseAddress = issuer });
                // A session is renewed thirty times a minute and no more.
                using var answer = round % 20 == 19
                    ? await http.LogInAsync(sessions[client].User.Email)
                    : await http.RefreshAsync(refreshToken);
                var token = (await answer.ReadAsync<TokenResponse>()).Token;
                refreshToken = UsersClient.RefreshTokenOf(answer) ?? refreshToken;
                seen[client] = KeyIdOf(token);

                foreach (var uri in (Uri[])[new(first.Address, "/api/me"), new(other.Address, "/me")])
                    Assert.Equal((uri, HttpStatusCode.OK), (uri, await StatusAsync(uri, token)));
                Interlocked.Add(ref requests[client], 3);
            }
        }
    }

    private static string KeyIdOf(string token) =>
        JsonNode.Parse(Base64UrlEncoder.DecodeBytes(token.Split('.')[0]))!["kid"]!.GetValue<string>();

    private static async Task<HttpStatusCode> StatusAsync(Uri uri, string token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, uri) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
