using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Users.Accounts;
using Npgsql;

namespace GoCart.Users;

/// <summary>Refuses to start where passwords could not be hashed, or where everybody knows the administrator's password.</summary>
internal sealed class StartChecks(
    NpgsqlDataSource db, IHostEnvironment environment, IHostApplicationLifetime lifetime, ILogger<StartChecks> logger)
    : StartCheck(environment, lifetime, logger)
{
    protected override string Question => "whether the development administrator exists";

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        PasswordHash.EnsureAvailable();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task<string?> FindRefusalAsync(CancellationToken cancellationToken) =>
        await DevelopmentAdmin.ExistsAsync(db, cancellationToken)
            ? $"The account {DevelopmentAdmin.Email} exists with the password of the README. Delete it, and make an administrator "
              + "of your own with: gocart admin create"
            : null;
}
