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

    private Snapshot(string name, NpgsqlConnection connection, NpgsqlTransaction tx) =>
        (Name, _connection, _tx) = (name, connection, tx);

    /// <summary>Of the database: users, products, carts, orders.</summary>
    public string Name { get; }

    /// <summary>The moment is when this returns.</summary>
    /// <exception cref="OperatorException">The database does not answer, or has no tables yet.</exception>
    public static Task<Snapshot> TakeAsync(string name, string connectionString, CancellationToken cancellationToken) =>
        // PostgreSQL takes the snapshot with the first statement.
        OpenAsync(name, connectionString, "select 1 from schema_migrations limit 1", cancellationToken);

    /// <summary>The same moment on another connection, to be read at the same time. This one has to stay open until then.</summary>
    /// <exception cref="OperatorException">The database does not answer.</exception>
    public async Task<Snapshot> ShareAsync(CancellationToken cancellationToken)
    {
        var id = (await QueryAsync<string>("select pg_export_snapshot()", null, cancellationToken)).Single();
        return await OpenAsync(Name, _connection.ConnectionString, $"set transaction snapshot '{id}'", cancellationToken);
    }

    public async Task<List<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        try
        {
            return (await _connection.QueryAsync<T>(new CommandDefinition(sql, parameters, _tx, cancellationToken: cancellationToken))).AsList();
        }
        catch (NpgsqlException e)
        {
            throw Unreadable(Name, e);
        }
    }

    /// <summary>Row by row, for more rows than memory should hold.</summary>
    /// <param name="ids">The parameter of that name, if the statement has it; null for all rows.</param>
    /// <exception cref="OperatorException">The database does not answer, or has broken off.</exception>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, Guid[]? ids, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = _tx;
        if (ids is not null)
            command.Parameters.Add(new NpgsqlParameter<Guid[]>("ids", ids));
        await using var reader = await ExecuteAsync(command, cancellationToken);
        while (await ReadAsync(reader, cancellationToken))
            yield return read(reader);
    }

    private async Task<NpgsqlDataReader> ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return await command.ExecuteReaderAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw Unreadable(Name, e);
        }
    }

    private async ValueTask<bool> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw Unreadable(Name, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _tx.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static async Task<Snapshot> OpenAsync(
        string name, string connectionString, string firstStatement, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "gocart audit",
            Pooling = false,
            // The same moment may be opened once more.
            PersistSecurityInfo = true,
            // Large tables take their time; sorting them in memory saves most of it.
            CommandTimeout = 600,
            Options = "-c default_transaction_read_only=on -c work_mem=64MB",
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            var tx = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(firstStatement, transaction: tx, cancellationToken: cancellationToken));
            return new(name, connection, tx);
        }
        catch (NpgsqlException e)
        {
            await connection.DisposeAsync();
            throw Unreadable(name, e);
        }
    }

    private static OperatorException Unreadable(string name, NpgsqlException e) =>
        new($"The database {name} cannot be read: {e.Message}", e);
}
