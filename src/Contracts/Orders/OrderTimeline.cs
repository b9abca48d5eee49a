using System.Text.Json.Serialization;

namespace GoCart.Contracts.Orders;

/// <summary>Everything that happened to an order, in whatever service, oldest first.</summary>
/// <param name="Missing">The services that did not answer: what happened there is not in the list.</param>
public sealed record OrderTimeline(Guid OrderId, IReadOnlyList<TimelineEntry> Entries, IReadOnlyList<string> Missing);

/// <param name="Service">orders, products or carts.</param>
/// <param name="What">
/// What happened: a status of the order (placed, paid, …), event_written, event_sent, event_handled, stock_taken, stock_not_taken,
/// stock_rejected, stock_given_back or items_left_cart.
/// </param>
/// <param name="Detail">Of which event or product it is, and the reason, if there is one.</param>
/// <param name="Actor">Who did it: customer, admin (anybody of the staff) or service (by itself).</param>
/// <param name="ActorId">Which customer or which of the staff, where it is recorded.</param>
/// <param name="TraceId">Of the request that caused it, where it is recorded.</param>
public sealed record TimelineEntry(
    DateTimeOffset At,
    string Service,
    string What,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Actor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ActorId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId = null);

/// <summary>What another service has of an order: GET /internal/orders/{id}/timeline.</summary>
/// <param name="Messages">The ids of the events it wrote about the order, for whoever handled them.</param>
public sealed record ServiceTimeline(IReadOnlyList<TimelineEntry> Entries, IReadOnlyList<Guid> Messages);
