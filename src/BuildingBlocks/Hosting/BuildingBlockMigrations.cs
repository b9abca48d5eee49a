using GoCart.BuildingBlocks.Database;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>The tables that building blocks bring; a service names those it uses before its own.</summary>
public static class BuildingBlockMigrations
{
    /// <summary>audit_log.</summary>
    public static MigrationSet Audit { get; } =
        MigrationSet.From("audit", typeof(BuildingBlockMigrations).Assembly, "Audit/Migrations");

    /// <summary>outbox and inbox.</summary>
    public static MigrationSet Messaging { get; } =
        MigrationSet.From("messaging", typeof(BuildingBlockMigrations).Assembly, "Messaging/Migrations");

    /// <summary>idempotency_keys.</summary>
    public static MigrationSet Idempotency { get; } =
        MigrationSet.From("idempotency", typeof(BuildingBlockMigrations).Assembly, "Http/Migrations");
}
