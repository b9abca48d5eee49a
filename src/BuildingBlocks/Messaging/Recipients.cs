namespace GoCart.BuildingBlocks.Messaging;

/// <summary>A type of event the service sends, and the queues that must be there before the first one goes out.</summary>
internal sealed record Recipients(string Type, IReadOnlyList<string> Queues);
