using System.Net.Sockets;
using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Tests.Messaging;

/// <summary>Which errors cost a message one of its tries: as few as possible, for a dead letter needs a human.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData("08006", nameof(Failure.Database))] // connection failure
    [InlineData("25006", nameof(Failure.Database))] // read only: a standby
    [InlineData("28P01", nameof(Failure.Database))] // wrong password
    [InlineData("3D000", nameof(Failure.Database))] // no such database
    [InlineData("42P01", nameof(Failure.Database))] // no such table: not migrated yet
    [InlineData("42501", nameof(Failure.Database))] // no such right
    [InlineData("53100", nameof(Failure.Database))] // disk full
    [InlineData("53300", nameof(Failure.Database))] // too many connections
    [InlineData("57P01", nameof(Failure.Database))] // shut down by the administrator
    [InlineData("57P03", nameof(Failure.Database))] // starting up
    [InlineData("58030", nameof(Failure.Database))] // I/O error
    [InlineData("57014", nameof(Failure.Unclear))] // statement timeout
    [InlineData("40001", nameof(Failure.Contention))] // serialization failure
    [InlineData("40P01", nameof(Failure.Contention))] // deadlock
    [InlineData("55P03", nameof(Failure.Contention))] // lock timeout
    [InlineData("22003", nameof(Failure.Work))] // number out of range
    [InlineData("23514", nameof(Failure.Work))] // check violated
    [InlineData("P0001", nameof(Failure.Work))] // raised by a trigger
    public void An_error_of_PostgreSQL_is_sorted_by_its_code(string sqlState, string expected) =>
        Assert.Equal(expected, Failures.KindOf(new PostgresException("", "ERROR", "ERROR", sqlState)).ToString());

    [Fact]
    public void Other_errors_are_sorted_by_who_raised_them()
    {
        Assert.Equal(Failure.Database, Failures.KindOf(new NpgsqlException("", new SocketException())));
        Assert.Equal(Failure.Database, Failures.KindOf(new IOException()));
        Assert.Equal(Failure.Unclear, Failures.KindOf(new NpgsqlException("", new TimeoutException())));
        Assert.Equal(Failure.Unclear, Failures.KindOf(new OperationCanceledException()));
        Assert.Equal(Failure.Work, Failures.KindOf(new InvalidOperationException()));
    }
}
