extern alias UsersService;
using GoCart.AppHost.Local;
using GoCart.Cli.Api;
using GoCart.Cli.Sessions;
using GoCart.Contracts.Users;
using GoCart.Operator;
using UsersService::GoCart.Users.Accounts;
using UsersService::GoCart.Users.Sessions;

namespace GoCart.Tests.Users;

/// <summary>A record prints all it has: one that has a secret must not, or a careless log line tells it.</summary>
public sealed class PrintedSecretsTests
{
    private const string Secret = "opensesame";

    private static readonly UserResponse Ann = new(Guid.Empty, "ann@example.com", "customer", default, default);

    public static TheoryData<object> ThingsWithASecret =>
    [
        new LogInRequest("ann@example.com", Secret),
        new RegisterUserRequest("ann@example.com", Secret),
        new LoginResponse(Ann, Secret, "Bearer", 600),
        new TokenResponse(Secret, "Bearer", 600),
        new Credentials("ann@example.com", Secret),
        new Session("ann@example.com", "customer", Secret, Secret),
        new OperatorSettings(null, null, $"amqp://operator:{Secret}@127.0.0.1", null),
        new PostgresSettings("/data", 5433, Secret, "/log"),
    ];

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(ThingsWithASecret))]
    public void What_has_a_secret_does_not_print_it(object thing) =>
        Assert.DoesNotContain(Secret, thing.ToString(), StringComparison.Ordinal);
}
