using System.Runtime.CompilerServices;

namespace GoCart.Operator.Audit;

/// <summary>Two lists, both sorted by id, read side by side: any number of rows fits, because none is kept.</summary>
internal static class SortedPairs
{
    /// <summary>Every id of either list, with what each list has of it.</summary>
    public static async IAsyncEnumerable<(TLeft? Left, TRight? Right)> JoinAsync<TLeft, TRight>(
        IAsyncEnumerable<TLeft> left, Func<TLeft, Guid> leftId,
        IAsyncEnumerable<TRight> right, Func<TRight, Guid> rightId,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TLeft : class
        where TRight : class
    {
        await using var lefts = left.GetAsyncEnumerator(cancellationToken);
        await using var rights = right.GetAsyncEnumerator(cancellationToken);

        var hasLeft = await lefts.MoveNextAsync();
        var hasRight = await rights.MoveNextAsync();
        while (hasLeft || hasRight)
        {
            // .NET and PostgreSQL order ids alike: as their texts are ordered.
            var order = !hasRight ? -1 : !hasLeft ? 1 : leftId(lefts.Current).CompareTo(rightId(rights.Current));
            yield return (order <= 0 ? lefts.Current : null, order >= 0 ? rights.Current : null);

            if (order <= 0)
                hasLeft = await lefts.MoveNextAsync();
            if (order >= 0)
                hasRight = await rights.MoveNextAsync();
        }
    }
}
