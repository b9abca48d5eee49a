using System.Data;
using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace GoCart.Operator.Audit;

/// <summary>One database as it was at one moment, however long it is read: a transaction that is repeatable read and read only.</summary>
internal sealed class Snapshot : IAsyncDisposable
{
    /// <summary>What a check names at most: one broken rule can concern every row there is.</summary>
    public const int MaxRows = 100;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _tx;

    private Snapshot(NpgsqlConnection connection, NpgsqlTransaction tx) => (_connection, _tx) = (connection, tx);

    /// <summary>The moment is when this returns.</summary>
    /// <exception cref="OperatorException">The database does not answer, or has no tables yet.</exception>
    public static async Task<Snapshot> TakeAsync(string name, string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "gocart audit",
            Pooling = false,
            // Large tables take their time; sorting them in memory saves most of it.
            CommandTimeout = 600,
            Options = "-c default_transaction_read_only=on -c work_mem=64MB",
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            var tx = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            // PostgreSQL takes the snapshot with the first statement.
            await connection.ExecuteAsync(new CommandDefinition(
                "select 1 from schema_migrations limit 1", transaction: tx, cancellationToken: cancellationToken));
            return new(connection, tx);
        }
        catch (NpgsqlException e)
        {
            await connection.DisposeAsync();
            throw new OperatorException($"The database {name} cannot be read: {e.Message}", e);
        }
    }

    public async Task<List<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        (await _connection.QueryAsync<T>(new CommandDefinition(sql, parameters, _tx, cancellationToken: cancellationToken))).AsList();

    /// <summary>Row by row, for more rows than memory should hold.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = _tx;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return read(reader);
    }

    public async ValueTask DisposeAsync()
    {
        await _tx.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
