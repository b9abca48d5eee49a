namespace GoCart.Faults;

/// <summary>Something the store promises and did not keep.</summary>
/// <param name="Promise">An invariant, I1 to I16, or the name of a fault with a promise of its own.</param>
/// <param name="Detail">What was seen: enough to look for the cause.</param>
internal sealed record BrokenPromise(string Promise, string Detail)
{
    /// <summary>What holds however slow the machine is: nothing lost, nothing sold twice, nothing told to the wrong people.</summary>
    private static readonly HashSet<string> Whatever =
        ["I1", "I2", "I3", "I4", "I5", "I6", "I8", "I9", "I10", "I11", "I12", "I16"];

    /// <summary>It is about being quick or being there, and a machine that is busy with something else may be to blame.</summary>
    public bool IsAboutTime => !Whatever.Contains(Promise);

    public override string ToString() => $"{Promise}: {Detail}";
}
