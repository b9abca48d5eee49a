using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;

namespace GoCart.Gateway.Memory;

/// <summary>An answer of a service, word by word.</summary>
/// <param name="AskedAt">Timestamp of the moment before the service was asked: the answer is of then, or newer.</param>
/// <param name="Period">The count of changes at that moment.</param>
internal sealed record KeptAnswer(
    byte[] Body, StringValues ContentType, StringValues CacheControl, StringValues ETag, StringValues Link, long AskedAt, long Period)
{
    /// <summary>After that one request asks the service again, and the others still get what is kept.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromSeconds(0.4);

    /// <summary>After that nobody does: with the time an answer takes it makes less than a second.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(0.8);

    private int _isAskedAnew;

    public bool IsFresh(TimeProvider clock) => clock.GetElapsedTime(AskedAt) < Fresh;

    public bool IsTooOld(TimeProvider clock) => clock.GetElapsedTime(AskedAt) >= MaxAge;

    /// <summary>True for the first who calls it: one request renews the answer, while the others still get this one.</summary>
    public bool TryRenew() => Interlocked.Exchange(ref _isAskedAnew, 1) == 0;

    /// <summary>Lets another request try: the one that should have renewed it has failed.</summary>
    public void GiveUpRenewing() => Volatile.Write(ref _isAskedAnew, 0);
}

/// <summary>The answers of the last moment, by what was asked for.</summary>
internal sealed class KeptAnswers(TimeProvider clock)
{
    /// <summary>All of them together; beyond it all are dropped, which costs one request each.</summary>
    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, KeptAnswer> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _asked = new(StringComparer.Ordinal);
    private long _bytes;
    private long _period;

    /// <summary>Grows with every change that was made through this gateway.</summary>
    public long Period => Interlocked.Read(ref _period);

    /// <summary>Null also when it is too old.</summary>
    public KeptAnswer? Find(string target) =>
        _answers.TryGetValue(target, out var answer) && answer.Period == Period && !answer.IsTooOld(clock) ? answer : null;

    public bool Has(string target) => Find(target) is not null;

    /// <summary>
    /// Of all who want an answer that is not here, the first asks, and the others wait for it: a service that is slow is not
    /// asked by everybody at once, which would keep it slow.
    /// </summary>
    /// <param name="own">Completes when this request is done, whether or not there is an answer to keep.</param>
    /// <returns>Null for the first; for the others what they wait for.</returns>
    public Task? Asking(string target, Task own) => _asked.GetOrAdd(target, own) is var first && first == own ? null : first;

    public void Asked(string target) => _asked.TryRemove(target, out _);

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
