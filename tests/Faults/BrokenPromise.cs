namespace GoCart.Faults;

/// <summary>Something the store promises and did not keep.</summary>
/// <param name="Promise">An invariant, I1 to I16, or the name of a fault with a promise of its own.</param>
/// <param name="Detail">What was seen: enough to look for the cause.</param>
internal sealed record BrokenPromise(string Promise, string Detail)
{
    public override string ToString() => $"{Promise}: {Detail}";
}
