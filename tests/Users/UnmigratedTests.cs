using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class UnmigratedTests(LocalServers servers)
{
    [Fact]
    public async Task A_service_that_starts_before_its_migrations_stays_closed_and_opens_when_they_have_run()
    {
        await using var databases = await servers.CreateDatabasesAsync(TestContext.Current.CancellationToken);
        await using var users = await UsersProcess.StartAsync(
            servers.Folder, "Development", databases.Users,
            ("Auth__SigningKeyFile", Path.Combine(servers.Folder, $"{Guid.NewGuid():N}.pem")));
        await Eventually.GetAsync(
            () => Task.FromResult(users.Output), output => output.Contains("The migrations have not run yet.", StringComparison.Ordinal));

        using var http = new HttpClient { BaseAddress = users.Address };
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("/alive", UriKind.Relative)));
        await UsersFixture.MigrateAsync(databases.Users);

        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
        await users.WaitUntilReadyAsync();
    }
}
