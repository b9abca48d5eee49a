using GoCart.AppHost.Local;

namespace GoCart.Tests.Infrastructure;

/// <summary>A virtual host of the broker, with the address each service uses and one that may do everything.</summary>
public sealed class TestVirtualHost : IAsyncDisposable
{
    private readonly Func<Task> _delete;

    internal TestVirtualHost(string name, Func<string, string> addressFor, Func<Task> delete)
    {
        _delete = delete;
        Name = name;
        Products = addressFor("products");
        Carts = addressFor("carts");
        Orders = addressFor("orders");
        Administrator = addressFor(RabbitDefinitions.Administrator);
    }

    public string Name { get; }

    public string Products { get; }

    public string Carts { get; }

    public string Orders { get; }

    public string Administrator { get; }

    public async ValueTask DisposeAsync() => await _delete();
}
