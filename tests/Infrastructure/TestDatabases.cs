using GoCart.AppHost.Local;

namespace GoCart.Tests.Infrastructure;

/// <summary>Connection strings of one service's database.</summary>
/// <param name="Service">The role the service runs with.</param>
/// <param name="Owner">The role that runs migrations.</param>
/// <param name="Superuser">For looking into it from a test.</param>
public sealed record TestDatabase(string Service, string Owner, string Superuser)
{
    internal static TestDatabase From(DatabaseConnections connections) =>
        new(connections.Service, connections.Owner, connections.Superuser);
}

/// <summary>One database a service, empty until its migrations run.</summary>
public sealed record TestDatabases : IAsyncDisposable
{
    private readonly Func<Task> _drop;

    internal TestDatabases(IReadOnlyDictionary<string, DatabaseConnections> databases, Func<Task> drop)
    {
        _drop = drop;
        Users = TestDatabase.From(databases["users"]);
        Products = TestDatabase.From(databases["products"]);
        Carts = TestDatabase.From(databases["carts"]);
        Orders = TestDatabase.From(databases["orders"]);
    }

    public TestDatabase Users { get; init; }

    public TestDatabase Products { get; init; }

    public TestDatabase Carts { get; init; }

    public TestDatabase Orders { get; init; }

    public async ValueTask DisposeAsync() => await _drop();
}
