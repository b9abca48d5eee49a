using GoCart.AppHost.Local;

namespace GoCart.Tests.Infrastructure;

/// <summary>Connection strings of one service's database.</summary>
/// <param name="Service">The role the service runs with.</param>
/// <param name="Owner">The role that runs migrations.</param>
/// <param name="Superuser">For looking into it from a test.</param>
public sealed record TestDatabase(string Service, string Owner, string Superuser);

/// <summary>One database a service, empty until its migrations run.</summary>
public sealed class TestDatabases : IAsyncDisposable
{
    private readonly Func<Task> _drop;

    internal TestDatabases(IReadOnlyDictionary<string, DatabaseConnections> databases, Func<Task> drop)
    {
        _drop = drop;
        Users = Of("users");
        Products = Of("products");
        Carts = Of("carts");
        Orders = Of("orders");

        TestDatabase Of(string name) =>
            new(databases[name].Service, databases[name].Owner, databases[name].Superuser);
    }

    public TestDatabase Users { get; }

    public TestDatabase Products { get; }

    public TestDatabase Carts { get; }

    public TestDatabase Orders { get; }

    public async ValueTask DisposeAsync() => await _drop();
}
