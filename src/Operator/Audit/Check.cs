namespace GoCart.Operator.Audit;

/// <summary>A rule that one database must keep all by itself, as the statement that finds the rows which break it.</summary>
/// <param name="Kind">What <c>row</c> is the id of.</param>
/// <param name="Sql">Gives two texts, <c>row</c> and <c>detail</c>. May use <c>@keptSince</c>: from then on the record of sent messages is whole.</param>
internal sealed record Check(string Invariant, string Kind, string Sql)
{
    public async Task<IEnumerable<Violation>> RunAsync(
        Snapshot snapshot, DateTimeOffset keptSince, CancellationToken cancellationToken)
    {
        var rows = await snapshot.QueryAsync<BrokenRow>(
            $"select broken.row, broken.detail from ({Sql}) as broken order by 1, 2 limit {Snapshot.MaxRows}",
            new { keptSince }, cancellationToken);
        return rows.Select(broken => new Violation(Invariant, Kind, broken.Row, broken.Detail));
    }

    private sealed record BrokenRow(string Row, string Detail);
}
