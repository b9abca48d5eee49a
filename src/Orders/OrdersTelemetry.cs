using System.Diagnostics.Metrics;
using GoCart.Contracts.Orders;

namespace GoCart.Orders;

/// <summary>The metrics of the service's own, under the name GoCart.Orders.</summary>
internal static class OrdersTelemetry
{
    private static readonly Meter Meter = new("GoCart.Orders");

    public static Counter<long> Placed { get; } = Meter.CreateCounter<long>(
        "gocart.orders.placed", "{order}", "New orders; a second click is none.");

    public static Counter<long> Changed { get; } = Meter.CreateCounter<long>(
        "gocart.orders.changed", "{order}", "Orders that were paid, shipped, delivered or cancelled, by their new status.");

    public static Counter<long> Reminded { get; } = Meter.CreateCounter<long>(
        "gocart.orders.reminded", "{order}", "Orders that products was told of again, because it had not answered in time.");

    public static KeyValuePair<string, object?> Status(OrderStatus status) => new("status", status.ToText());
}
