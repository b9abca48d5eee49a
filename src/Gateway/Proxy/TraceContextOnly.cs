using System.Diagnostics;

namespace GoCart.Gateway.Proxy;

/// <summary>
/// Continues a client's trace (<c>traceparent</c>, and <c>tracestate</c>, which belongs to it) and leaves its <c>baggage</c>
/// outside: .NET would carry it through every service.
/// </summary>
internal sealed class TraceContextOnly : DistributedContextPropagator
{
    private readonly DistributedContextPropagator _w3c = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = ["traceparent", "tracestate"];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        _w3c.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        _w3c.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
