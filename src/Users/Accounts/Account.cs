using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;

namespace GoCart.Users.Accounts;

/// <summary>An account as administrators see it.</summary>
internal sealed record Account(
    Guid Id, string Email, string Role, bool Disabled, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public const string Columns =
        "id, email, role, disabled_at is not null as disabled, version, created_at, updated_at";

    public string ETag => ETags.For(Version);

    public AccountResponse ToResponse() => new(Id, Email, Role, Disabled, Version, CreatedAt, UpdatedAt);
}
