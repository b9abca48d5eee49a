using System.Collections.Concurrent;

namespace GoCart.Gateway.Memory;

/// <summary>The answers of the last moment, by what was asked for.</summary>
internal sealed class KeptAnswers(TimeProvider clock)
{
    private readonly Shelf _found = new(maxBytes: 64 * 1024 * 1024);

    // Apart from the others: whoever asks for ever new ids that do not exist pushes out nothing but those.
    private readonly Shelf _missing = new(maxBytes: 4 * 1024 * 1024);

    private readonly ConcurrentDictionary<string, Task> _asked = new(StringComparer.Ordinal);
    private long _period;

    /// <summary>Grows with every change that was made through this gateway.</summary>
    public long Period => Interlocked.Read(ref _period);

    /// <summary>Null also when it is too old.</summary>
    public KeptAnswer? Find(string target) =>
        (_found.Find(target) ?? _missing.Find(target)) is { } answer && answer.Period == Period && !answer.IsTooOld(clock) ? answer : null;

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
        var (shelf, other) = answer.IsMissing ? (_missing, _found) : (_found, _missing);
        shelf.Keep(target, answer);
        // It came, or went, since.
        other.Remove(target);
    }

    /// <summary>No answer of before is given again, nor kept when it arrives later.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _period);
        _found.Clear();
        _missing.Clear();
    }

    /// <param name="maxBytes">All of them together; beyond it all are dropped, which costs one request each.</param>
    private sealed class Shelf(long maxBytes)
    {
        private readonly ConcurrentDictionary<string, KeptAnswer> _answers = new(StringComparer.Ordinal);
        private long _bytes;

        public KeptAnswer? Find(string target) => _answers.GetValueOrDefault(target);

        public void Keep(string target, KeptAnswer answer)
        {
            // The target counts, too: somebody might ask for a thousand unheard-of lists.
            if (Interlocked.Add(ref _bytes, answer.Body.Length + (2 * target.Length) + 200) > maxBytes)
                Clear();
            _answers[target] = answer;
        }

        public void Remove(string target) => _answers.TryRemove(target, out _);

        public void Clear()
        {
            _answers.Clear();
            Interlocked.Exchange(ref _bytes, 0);
        }
    }
}
