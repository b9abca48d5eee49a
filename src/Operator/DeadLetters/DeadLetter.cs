namespace GoCart.Operator.DeadLetters;

/// <param name="Name">Of the queue the messages come from, such as <c>products.order.created</c>.</param>
/// <param name="Count">Its dead letters.</param>
/// <param name="Waiting">Messages in the queue itself, to be handled.</param>
public sealed record DeadLetterQueue(string Name, long Count, long Waiting);

/// <summary>A message that its service could not handle.</summary>
/// <param name="MessageId">Null if it came without one, and then it cannot be handled at all.</param>
/// <param name="Reason">As the broker says it: <c>rejected</c>, <c>delivery_limit</c>.</param>
/// <param name="Headers">Name to value, as text.</param>
/// <param name="Body">As text if it is UTF-8, else in base64.</param>
public sealed record DeadLetter(
    string Queue,
    string? MessageId,
    string? Type,
    string? Reason,
    DateTimeOffset? DiedAt,
    IReadOnlyDictionary<string, string> Headers,
    string Body);
