using System.ComponentModel.DataAnnotations;

namespace GoCart.BuildingBlocks.Audit;

/// <summary>The settings <c>Audit:*</c>.</summary>
public sealed class AuditLogOptions
{
    /// <summary>Days for which the audit log is kept. The database removes nothing that is younger than 90.</summary>
    [Range(90, 3650, ErrorMessage = "Set Audit:RetentionDays to 90 or more days, 3650 at most.")]
    public int RetentionDays { get; set; } = 90;
}
