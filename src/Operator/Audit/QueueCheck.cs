using System.Globalization;
using GoCart.Operator.DeadLetters;

namespace GoCart.Operator.Audit;

/// <summary>I7 at the broker: nothing waits, and nothing has died.</summary>
internal static class QueueCheck
{
    public static async Task<IEnumerable<Violation>> RunAsync(OperatorSettings settings, CancellationToken cancellationToken)
    {
        await using var broker = await DeadLetterQueues.ConnectAsync(settings, cancellationToken);
        var queues = await broker.ListAsync(cancellationToken);
        return from queue in queues
               where queue.Count > 0 || queue.Waiting > 0
               select new Violation("I7", "queue", queue.Name, string.Create(
                   CultureInfo.InvariantCulture, $"{queue.Waiting} messages wait, and {queue.Count} are dead letters"));
    }
}
