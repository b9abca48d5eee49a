namespace GoCart.Faults;

/// <param name="Pause">From the beginning of the load, or from the recovery of the fault before.</param>
internal sealed record ScheduledFault(Fault Fault, TimeSpan Pause, TimeSpan Length)
{
    public override string ToString() => $"{Fault.Name} for {Length.TotalSeconds:0.0} s after {Pause.TotalSeconds:0.0} s";
}

/// <summary>What happens in one round: faults, moments and lengths, all of them drawn from a seed.</summary>
internal sealed record Schedule(int Seed, IReadOnlyList<ScheduledFault> Faults)
{
    /// <summary>So many seeds in a row, from 1, 21, 41, …, together have every fault of the catalogue.</summary>
    public const int ShortSet = 20;

    private static readonly Length Pause = Length.Seconds(1.5, 3);

    public static Schedule Of(int seed)
    {
        // The faults are shuffled anew for each short set, and dealt to its seeds in turn.
        var set = (seed - 1) / ShortSet;
        var faults = FaultCatalogue.All.ToArray();
        new Random(set).Shuffle(faults);

        return Draw(seed, faults.Where((_, index) => index % ShortSet == (seed - 1) % ShortSet));
    }

    /// <summary>The same fault alone, at a moment and for a time that the seed says.</summary>
    public static Schedule Of(int seed, string fault) => Draw(seed, FaultCatalogue.All.Where(make => make().Name == fault));

    public override string ToString() => string.Join(", then ", Faults);

    private static Schedule Draw(int seed, IEnumerable<Func<Fault>> faults)
    {
        var random = new Random(seed);
        return new Schedule(seed,
        [
            .. faults.Select(make => make()).Select(fault => new ScheduledFault(fault, Pause.Draw(random), fault.Length.Draw(random))),
        ]);
    }
}
