using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;


namespace GoCart.Tests.Access;

/// <summary>Every route of the gateway and of every service, tried by everybody in <see cref="RoleMatrix"/>.</summary>
[Collection(nameof(AccessStores))]
public sealed class AccessTests(AccessStore store)
{
    /// <summary>All that works without a token. A new line here is a decision.</summary>
    private static readonly HashSet<string> Anonymous =
    [
        "/alive", "/health", "/openapi/v1.json", "/openapi/{documentName}.json",
        "/api/users", "/api/login", "/api/refresh", "/api/revoke", "/api/products", "/api/products/{id}",
        "/.well-known/jwks.json", "/internal/revoked-sessions",
    ];

    public static TheoryData<string> Callers => [.. RoleMatrix.Callers];

    [Fact]
    public void Every_route_names_a_policy_or_is_anonymous_on_purpose()
    {
        Assert.All(store.Endpoints, endpoint => Assert.True(
            endpoint.IsAnonymous ? Anonymous.Contains(endpoint.Path) : endpoint.Policies.Count > 0, $"{endpoint}"));
        Assert.True(store.Endpoints.Count > 60, "Hardly any routes were found.");
    }

    [Fact]
    public void Routes_under_admin_and_no_others_ask_for_more_than_being_signed_in()
    {
        Assert.All(store.Endpoints, endpoint => Assert.Equal(
            endpoint.Path.StartsWith("/admin", StringComparison.Ordinal),
            endpoint.Policies.Any(policy => policy != Policies.SignedIn)));
    }

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task Every_route_lets_in_whom_the_table_says_and_nobody_else(string caller)
    {
        var wrong = new List<string>();
        foreach (var endpoint in store.Endpoints)
        {
            var (status, response) = await AccessStore.SendAsync(endpoint, store.TokenOf(caller));
            using (response)
            {
                var expected = RefusalOf(endpoint, caller);
                var isRight = expected is { } refusal
                    ? (int)status == refusal && (refusal != 401 || response.Headers.WwwAuthenticate.Count > 0)
                    : IsLetIn((int)status, endpoint);
                if (!isRight)
                    wrong.Add($"{endpoint}: {(int)status} instead of {(expected is null ? "being let in" : expected)}");
            }
        }

        Assert.Empty(wrong);
    }

    private static int? RefusalOf(MappedRoute endpoint, string caller) => endpoint.IsAnonymous
        ? RoleMatrix.RefusalOf(RoleMatrix.Anonymous, caller)
        : endpoint.Policies.Select(policy => RoleMatrix.RefusalOf(policy ?? "", caller)).Max();

    /// <summary>Whatever the handler then says to a request without a body; for a session without a cookie that is 401, too.</summary>
    private static bool IsLetIn(int status, MappedRoute endpoint) =>
        status < 500 && status != 403 && (status != 401 || (endpoint.IsAnonymous && endpoint.Path == "/api/refresh"));
}
