using GoCart.Faults.Load;

namespace GoCart.Faults.Checks;

/// <summary>I13, and that a fault stays where it is: what clients may see while parts of the store are away.</summary>
internal static class ClientChecks
{
    private const double UnservedShare = 0.001;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    public static IEnumerable<BrokenPromise> Find(
        IReadOnlyList<Exchange> exchanges, IReadOnlyList<FaultOutcome> faults)
    {
        foreach (var exchange in exchanges)
        {
            var isExcused = exchange.Status is null && faults.Any(fault => fault.ExcusesSilence(exchange));
            if (exchange.Fault is { } fault && !isExcused)
                yield return new("I13", $"{exchange}: {fault}");
            else if (exchange.Duration > exchange.Route.Deadline() + Grace && !isExcused)
                yield return new("I13", $"{exchange}: its deadline is {exchange.Route.Deadline().TotalSeconds:0} s");
        }

        var others = exchanges.Where(exchange => !faults.Any(fault => fault.Excuses(exchange))).ToList();
        var unserved = others.FindAll(exchange => exchange.IsUnavailable);
        if (unserved.Count > others.Count * UnservedShare)
        {
            yield return new("I13",
                $"{unserved.Count} of {others.Count} requests that no fault should have touched were not served, such as "
                + string.Join("; ", unserved.Take(3)));
        }
    }
}
