namespace GoCart.Bench.Load;

/// <summary>The same requests, one after the other, again and again.</summary>
internal sealed class Rotation(IReadOnlyList<byte[]> requests, int expectedStatus) : IWork
{
    private int _next;

    public ReadOnlyMemory<byte> Next(int connection) => requests[_next++ % requests.Count];

    public Outcome Answered(int connection, int status, ReadOnlySpan<byte> answer) =>
        status == expectedStatus ? Outcome.Counted : Outcome.Wrong;
}
