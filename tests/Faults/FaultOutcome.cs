using GoCart.Faults.Load;

namespace GoCart.Faults;

/// <summary>What a fault did. Times count from the start of the run.</summary>
/// <param name="Recovered">When everything worked again; null: not as long as was waited.</param>
/// <param name="Ended">From then on nothing is excused by it any more.</param>
/// <param name="WasAlone">No other fault happened at the same time: the promised times are for such.</param>
internal sealed record FaultOutcome(
    Fault Fault, TimeSpan Injected, TimeSpan Healed, TimeSpan? Recovered, TimeSpan Ended, bool WasAlone)
{
    public TimeSpan? Recovery => Recovered is { } recovered && recovered > Healed ? recovered - Healed : Recovered - Recovered;

    /// <summary>Whether this fault is reason enough that the request was not served.</summary>
    public bool Excuses(Exchange exchange) =>
        Fault.Suffers.Contains(exchange.Route) && Covers(exchange);

    /// <summary>Whether this fault is reason enough that the client heard nothing at all.</summary>
    public bool ExcusesSilence(Exchange exchange) => Fault.TakesGateway && Covers(exchange);

    /// <summary>From the first request that was not served to the recovery; zero if all were.</summary>
    public TimeSpan Outage { get; private init; }

    public FaultOutcome With(IEnumerable<Exchange> exchanges)
    {
        var failed = exchanges.Where(exchange => exchange.IsUnavailable && Excuses(exchange)).ToList();
        return this with { Outage = failed.Count == 0 ? TimeSpan.Zero : (Recovered ?? Ended) - failed.Min(exchange => exchange.Sent) };
    }

    /// <summary>The promises of this fault's own, I14 first.</summary>
    public IEnumerable<BrokenPromise> FindBroken(IReadOnlyList<Exchange> exchanges)
    {
        if (Recovered is null)
            yield return new("I14", $"{Fault.Name}: {Fault.LastBack} not recovered {(Ended - Healed).TotalSeconds:0.0} s after it was healed");
        if (!WasAlone)
            yield break;

        if (Fault.Recovery is { } promised && Recovery > promised)
            yield return new("I14", $"{Fault.Name}: {Fault.LastBack} recovered after {Recovery?.TotalSeconds:0.00} s, promised are {promised.TotalSeconds:0.0} s");

        var slow = exchanges
            .Where(exchange => exchange.IsUnavailable && exchange.Duration > Fault.RefusesWithin(exchange.Route)
                && Excuses(exchange) && !ExcusesSilence(exchange))
            .ToList();
        if (slow.Count > 0)
            yield return new(Fault.Name, $"{slow.Count} requests were refused too late, such as {slow.MaxBy(exchange => exchange.Duration)}");
    }

    private bool Covers(Exchange exchange) => exchange.Answered >= Injected && exchange.Sent <= Ended;
}
