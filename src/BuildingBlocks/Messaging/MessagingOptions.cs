using System.ComponentModel.DataAnnotations;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Section <c>Messaging</c>. The defaults suit every service; docs/operations.md says when to change one.</summary>
public sealed class MessagingOptions
{
    public const string Section = "Messaging";

    /// <summary>Days for which sent outbox rows and inbox rows are kept: how late a repeat is still known as one.</summary>
    [Range(1, 3650, ErrorMessage = "Set Messaging:RetentionDays to 1 to 3,650.")]
    public int RetentionDays { get; init; } = 7;

    /// <summary>Most messages the relay publishes before it waits for their confirms.</summary>
    [Range(1, 5000, ErrorMessage = "Set Messaging:PublishBatch to 1 to 5,000.")]
    public int PublishBatch { get; init; } = 500;

    /// <summary>Most messages that share one transaction of a handler.</summary>
    [Range(1, 1000, ErrorMessage = "Set Messaging:HandleBatch to 1 to 1,000.")]
    public int HandleBatch { get; init; } = 100;

    /// <summary>Messages the broker hands out ahead of their handling; some ten times the batch keeps the handler busy.</summary>
    [Range(1, 10_000, ErrorMessage = "Set Messaging:Prefetch to 1 to 10,000.")]
    public ushort Prefetch { get; init; } = 1000;

    /// <summary>How often the relay looks without being woken: for rows of a crashed copy, and for another try.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true,
        ErrorMessage = "Set Messaging:PollInterval to a time from 00:00:00.010 to 00:01:00.")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After that without an answer the relay takes the broker for frozen, and connects anew.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true,
        ErrorMessage = "Set Messaging:PublishTimeout to a time from 00:00:00.100 to 00:01:00.")]
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a copy of the service has its messages tried again in place, before it leaves them to others.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true,
        ErrorMessage = "Set Messaging:DatabaseAwayLimit to a time from 00:00:00.100 to 00:10:00.")]
    public TimeSpan DatabaseAwayLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a message that exceeds every time limit, while the database is well, is tried before that counts as its own fault.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:25:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true,
        ErrorMessage = "Set Messaging:SlowMessageLimit to a time from 00:00:00.100 to 00:25:00.")]
    public TimeSpan SlowMessageLimit { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A claimed row belongs to its relay that long: the time to publish and mark it, with a margin.</summary>
    internal TimeSpan Lease => 2 * PublishTimeout;
}
