using Npgsql;

namespace GoCart.Operator.Repair;

/// <summary>One transaction as the owner of a database.</summary>
internal static class OwnerConnection
{
    public static async Task<T> InTransactionAsync<T>(
        OperatorSettings settings, string database, Func<NpgsqlTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(settings.Owner(database))
        {
            ApplicationName = "gocart repair",
            Pooling = false,
            // A service at work holds no lock for long.
            Options = "-c lock_timeout=5s",
        };
        await using var connection = new NpgsqlConnection(connectionString.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);
        var result = await work(tx);
        await tx.CommitAsync(cancellationToken);
        return result;
    }
}
