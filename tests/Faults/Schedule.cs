using GoCart.Faults.Store;

namespace GoCart.Faults;

/// <param name="Pause">From the beginning of the load, or from the recovery of the fault before; of a fault that joins another, from its beginning.</param>
/// <param name="Joins">Happens while the one before it still does.</param>
internal sealed record ScheduledFault(Fault Fault, TimeSpan Pause, TimeSpan Length, bool Joins)
{
    public override string ToString() =>
        $"{(Joins ? "together with " : "")}{Fault.Name} for {Length.TotalSeconds:0.0} s after {Pause.TotalSeconds:0.0} s";
}

/// <summary>What happens in one round: faults, moments and lengths, all of them drawn from a seed.</summary>
/// <param name="Again">The same once more: a fault is used for one round.</param>
internal sealed record Schedule(int Seed, IReadOnlyList<ScheduledFault> Faults, Func<Schedule> Again)
{
    /// <summary>So many seeds in a row, from 1, 21, 41, …, together have every fault of the catalogue.</summary>
    public const int ShortSet = 20;

    /// <summary>Every so manieth round ends with two faults at the same time.</summary>
    private const int SeedsPerPair = 4;

    /// <summary>The last seeds of a short set are for the faults that need other servers, those that need the same together.</summary>
    private static readonly ServerSet[] OtherServers = [ServerSet.BrokerCluster, ServerSet.DatabasePair];

    private static readonly Length Pause = Length.Seconds(1.5, 3);

    public static Schedule Of(int seed)
    {
        // The faults are shuffled anew for each short set, and dealt to its seeds in turn.
        var set = (seed - 1) / ShortSet;
        var place = (seed - 1) % ShortSet;
        var places = ShortSet - OtherServers.Length;
        if (place >= places)
            return Draw(seed, FaultsOn(OtherServers[place - places]));

        var faults = FaultsOn(ServerSet.OneEach);
        new Random(set).Shuffle(faults);
        return Draw(
            seed, [.. faults.Where((_, index) => index % places == place)], together: seed % SeedsPerPair == 0 ? PairOf(seed) : []);
    }

    private static Func<Fault>[] FaultsOn(ServerSet servers) =>
        [.. FaultCatalogue.All.Where(make => make().Servers == servers)];

    /// <summary>The same fault alone, at a moment and for a time that the seed says.</summary>
    public static Schedule Of(int seed, string fault) => Draw(seed, [.. FaultCatalogue.All.Where(make => make().Name == fault)]);

    public override string ToString() => string.Join(", then ", Faults);

    private static Schedule Draw(int seed, IReadOnlyList<Func<Fault>> makes, IReadOnlyList<Func<Fault>>? together = null)
    {
        var random = new Random(seed);
        var alone = makes.Select(make => Draw(make(), random, joins: false)).ToList();
        var pair = (together ?? []).Select((make, index) => Draw(make(), random, joins: index > 0));
        return new Schedule(seed, [.. alone, .. pair], () => Draw(seed, makes, together));
    }

    private static ScheduledFault Draw(Fault fault, Random random, bool joins) =>
        new(fault, Pause.Draw(random), fault.Length.Draw(random), joins);

    /// <summary>Two faults of different parts of the store.</summary>
    private static Func<Fault>[] PairOf(int seed)
    {
        var faults = FaultCatalogue.All.Where(make => make().Part is not null).ToArray();
        new Random(seed).Shuffle(faults);
        return [faults[0], faults.First(make => make().Part != faults[0]().Part)];
    }
}
