using Dapper;
using Npgsql;

namespace GoCart.BuildingBlocks.Database;

/// <summary>Dapper's calls with a cancellation token, on a data source (a statement of its own) and in a transaction.</summary>
/// <remarks>What they commit they have the standby's word for: see <see cref="Standby"/>.</remarks>
public static class SqlExtensions
{
    /// <summary>As <c>OpenConnectionAsync</c>, but without a crowd in front of a database that says nothing.</summary>
    public static ValueTask<NpgsqlConnection> ConnectAsync(this NpgsqlDataSource db, CancellationToken cancellationToken) =>
        DatabaseGate.Of(db).OpenAsync(cancellationToken);

    public static async Task<int> ExecuteAsync(
        this NpgsqlDataSource db, string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await db.ConnectAsync(cancellationToken);
        var count = await connection.ExecuteAsync(Command(sql, parameters, null, cancellationToken));
        connection.ThrowIfUnconfirmed();
        return count;
    }

    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlDataSource db, string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await db.ConnectAsync(cancellationToken);
        var rows = await connection.QueryAsync<T>(Command(sql, parameters, null, cancellationToken));
        connection.ThrowIfUnconfirmed();
        return rows.AsList();
    }

    /// <param name="timeout">Whole seconds; a statement that takes longer is cancelled.</param>
    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlDataSource db, string sql, object? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await using var connection = await db.ConnectAsync(cancellationToken);
        var rows = await connection.QueryAsync<T>(new CommandDefinition(
            sql, parameters, commandTimeout: (int)timeout.TotalSeconds, cancellationToken: cancellationToken));
        connection.ThrowIfUnconfirmed();
        return rows.AsList();
    }

    /// <summary>The row, or default if there is none; more than one is an error.</summary>
    public static async Task<T?> QuerySingleOrDefaultAsync<T>(
        this NpgsqlDataSource db, string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await db.ConnectAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<T>(Command(sql, parameters, null, cancellationToken));
        connection.ThrowIfUnconfirmed();
        return row;
    }

    public static Task<int> ExecuteAsync(
        this NpgsqlTransaction tx, string sql, object? parameters, CancellationToken cancellationToken) =>
        ConnectionOf(tx).ExecuteAsync(Command(sql, parameters, tx, cancellationToken));

    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlTransaction tx, string sql, object? parameters, CancellationToken cancellationToken) =>
        (await ConnectionOf(tx).QueryAsync<T>(Command(sql, parameters, tx, cancellationToken))).AsList();

    /// <inheritdoc cref="QuerySingleOrDefaultAsync{T}(NpgsqlDataSource, string, object?, CancellationToken)"/>
    public static Task<T?> QuerySingleOrDefaultAsync<T>(
        this NpgsqlTransaction tx, string sql, object? parameters, CancellationToken cancellationToken) =>
        ConnectionOf(tx).QuerySingleOrDefaultAsync<T>(Command(sql, parameters, tx, cancellationToken));

    /// <summary>The row, which must be there: an aggregate, or what an insert returns.</summary>
    public static Task<T> QuerySingleAsync<T>(
        this NpgsqlTransaction tx, string sql, object? parameters, CancellationToken cancellationToken) =>
        ConnectionOf(tx).QuerySingleAsync<T>(Command(sql, parameters, tx, cancellationToken));

    /// <summary>Several statements in one round trip; read what they return in their order.</summary>
    public static Task<SqlMapper.GridReader> QueryMultipleAsync(
        this NpgsqlTransaction tx, string sql, object? parameters, CancellationToken cancellationToken) =>
        ConnectionOf(tx).QueryMultipleAsync(Command(sql, parameters, tx, cancellationToken));

    /// <summary>Runs an operation in one transaction, which is rolled back if the operation throws.</summary>
    public static async Task<T> InTransactionAsync<T>(
        this NpgsqlDataSource db, Func<NpgsqlTransaction, Task<T>> operation, CancellationToken cancellationToken)
    {
        await using var connection = await db.ConnectAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);
        var result = await operation(tx);
        await tx.CommitConfirmedAsync(cancellationToken);
        return result;
    }

    /// <inheritdoc cref="InTransactionAsync{T}"/>
    public static async Task InTransactionAsync(
        this NpgsqlDataSource db, Func<NpgsqlTransaction, Task> operation, CancellationToken cancellationToken)
    {
        await using var connection = await db.ConnectAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);
        await operation(tx);
        await tx.CommitConfirmedAsync(cancellationToken);
    }

    private static NpgsqlConnection ConnectionOf(NpgsqlTransaction tx) =>
        tx.Connection ?? throw new InvalidOperationException("The transaction has ended.");

    private static CommandDefinition Command(
        string sql, object? parameters, NpgsqlTransaction? tx, CancellationToken cancellationToken) =>
        new(sql, parameters, tx, cancellationToken: cancellationToken);
}
