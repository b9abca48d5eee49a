namespace GoCart.Bench.Load;

/// <summary>What the customers of a scenario do. One thread calls it.</summary>
internal interface IWork
{
    /// <summary>The next request of that customer, as it goes over the wire; empty when there is none yet.</summary>
    ReadOnlyMemory<byte> Next(int connection);

    /// <summary>Takes the answer.</summary>
    /// <returns>What it counts as.</returns>
    Outcome Answered(int connection, int status, ReadOnlySpan<byte> answer);
}

internal enum Outcome
{
    /// <summary>What the scenario counts.</summary>
    Counted,

    /// <summary>A step on the way there.</summary>
    Step,

    /// <summary>Not what was expected.</summary>
    Wrong,
}
