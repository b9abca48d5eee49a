using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;

namespace GoCart.Tests.AppHost;

public sealed class ExternalServersTests
{
    [Fact]
    public void Every_variable_that_is_missing_is_named_once()
    {
        var failure = Assert.Throws<ServerFailedException>(() => ExternalServers.Read(name =>
            name == "GOCART_USERS_DATABASE" ? "Host=db" : null));

        Assert.Equal("--external needs GOCART_PRODUCTS_DATABASE, GOCART_CARTS_DATABASE, GOCART_ORDERS_DATABASE, "
            + "GOCART_BROKER; see --help.", failure.Message);
    }

    [Fact]
    public void A_broker_address_of_its_own_goes_before_the_common_one()
    {
        var connections = ExternalServers.Read(name => name switch
        {
            "GOCART_ORDERS_BROKER" => "amqp://orders@mq",
            "GOCART_BROKER" => "amqp://all@mq",
            "GOCART_ORDERS_MIGRATIONS" => "Host=db;Username=orders_owner",
            _ when name.EndsWith("_DATABASE", StringComparison.Ordinal) => "Host=db",
            _ => null,
        });

        Assert.Equal("amqp://orders@mq", connections.Brokers["orders"]);
        Assert.Equal("amqp://all@mq", connections.Brokers["carts"]);
        Assert.Equal("Host=db;Username=orders_owner", connections.Databases["orders"].Owner);
        Assert.Null(connections.Databases["users"].Owner);
    }
}
