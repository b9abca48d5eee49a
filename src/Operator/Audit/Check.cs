namespace GoCart.Operator.Audit;

/// <summary>A rule that one database must keep all by itself, as the statement that finds the rows which break it.</summary>
/// <param name="Kind">What <c>row</c> is the id of.</param>
/// <param name="Sql">
/// Gives two texts, <c>row</c> and <c>detail</c>; a row without a detail is well. A third, <c>remedy</c>, may be the name of a
/// <see cref="Remedy"/>. May use <c>@KeptSince</c> and <c>@LateBefore</c>, and the names of
/// <see cref="Scope.Before"/>.
/// </param>
internal sealed record Check(string Invariant, string Kind, string Sql)
{
    public async Task<IEnumerable<Violation>> RunAsync(Snapshot snapshot, Scope scope, CancellationToken cancellationToken)
    {
        var rows = await snapshot.QueryAsync<BrokenRow>(
            $"""
            {scope.Before(snapshot.Name)}
            select broken.row, broken.detail, to_jsonb(broken)->>'remedy' as remedy from ({Sql}) as broken
            where broken.detail is not null order by 1, 2 limit {Snapshot.MaxRows}
            """,
            scope.Parameters, cancellationToken);
        return rows.Select(broken => new Violation(
            Invariant, Kind, broken.Row, broken.Detail, Enum.Parse<Remedy>(broken.Remedy ?? nameof(Remedy.None))));
    }

    private sealed record BrokenRow(string Row, string Detail, string? Remedy);
}
