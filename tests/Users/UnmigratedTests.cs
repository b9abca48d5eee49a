using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class UnmigratedTests(LocalServers servers)
{
    [Fact]
    public async Task A_service_that_starts_before_the_migrations_ran_is_unavailable_and_not_broken()
    {
        await using var databases = await servers.CreateDatabasesAsync(TestContext.Current.CancellationToken);
        await using var users = await UsersProcess.StartAsync(
            servers.Folder, "Development", databases.Users,
            ("Auth__SigningKeyFile", Path.Combine(servers.Folder, $"{Guid.NewGuid():N}.pem")));
        using var client = new UsersClient(new HttpClient { BaseAddress = users.Address });
        await Eventually.AssertAsync(async () =>
        {
            using var alive = await client.Http.GetAsync(new Uri("/alive", UriKind.Relative));
            Assert.True(alive.IsSuccessStatusCode);
        });

        using var login = await client.LogInAsync("customer@example.com");

        await login.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
    }
}
