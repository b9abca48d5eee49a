using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;

namespace GoCart.Gateway.Memory;

/// <summary>An answer of a service, word by word.</summary>
/// <param name="AskedAt">Timestamp of the moment before the service was asked: the answer is of then, or newer.</param>
/// <param name="Period">The count of changes at that moment.</param>
internal sealed record KeptAnswer(
    byte[] Body, StringValues ContentType, StringValues CacheControl, StringValues ETag, StringValues Link, long AskedAt, long Period)
{
    private int _isAskedAnew;

    /// <summary>True for the first who calls it: one request renews the answer, while the others still get this one.</summary>
    public bool TryRenew() => Interlocked.Exchange(ref _isAskedAnew, 1) == 0;

    /// <summary>Lets another request try: the one that should have renewed it has failed.</summary>
    public void GiveUpRenewing() => Volatile.Write(ref _isAskedAnew, 0);
}

/// <summary>The answers of the last moment, by what was asked for.</summary>
internal sealed class KeptAnswers
{
    /// <summary>All of them together; beyond it all are dropped, which costs one request each.</summary>
    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, KeptAnswer> _answers = new(StringComparer.Ordinal);
    private long _bytes;
    private long _period;

    /// <summary>Grows with every change that was made through this gateway.</summary>
    public long Period => Interlocked.Read(ref _period);

    public KeptAnswer? Find(string target) =>
        _answers.TryGetValue(target, out var answer) && answer.Period == Period ? answer : null;

    public void Keep(string target, KeptAnswer answer)
    {
        // The target counts, too: somebody might ask for a thousand unheard-of lists.
        if (Interlocked.Add(ref _bytes, answer.Body.Length + (2 * target.Length) + 200) > MaxBytes)
            Clear();
        _answers[target] = answer;
    }

    /// <summary>No answer of before is given again, nor kept when it arrives later.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _period);
        Clear();
    }

    private void Clear()
    {
        _answers.Clear();
        Interlocked.Exchange(ref _bytes, 0);
    }
}
