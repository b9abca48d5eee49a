using GoCart.AppHost;

namespace GoCart.Tests.AppHost;

public sealed class ReplicasTests
{
    [Fact]
    public void Copies_are_counted_by_service_and_every_other_service_runs_once()
    {
        var replicas = Replicas.Parse("orders=2, products=3", out var problem);

        Assert.Equal("", problem);
        Assert.NotNull(replicas);
        Assert.Equal((2, 3, 1), (replicas.Of("orders"), replicas.Of("products"), replicas.Of("users")));
    }

    [Theory]
    [InlineData("orders", "\"orders\" should look like orders=2.")]
    [InlineData("orders=2,", "\"\" should look like orders=2.")]
    [InlineData("payments=2", "\"payments\" is no service; there are gateway, users, products, carts, orders.")]
    [InlineData("orders=0", "\"0\" copies of orders: a number from 1 to 9 is wanted.")]
    [InlineData("orders=many", "\"many\" copies of orders: a number from 1 to 9 is wanted.")]
    [InlineData("orders=2,orders=3", "orders stands there twice.")]
    public void What_is_wrong_with_a_list_is_said(string text, string expected)
    {
        var replicas = Replicas.Parse(text, out var problem);

        Assert.Null(replicas);
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Every_copy_has_a_name_a_port_and_a_place_in_the_addresses_the_others_get()
    {
        var layout = new StoreLayout(Replicas.Parse("orders=2", out _)!, portOffset: 0); // parsed above

        Assert.Equal(
            ["gateway:8080", "users:8081", "products:8082", "carts:8083", "orders:8084", "orders-2:8184"],
            layout.Copies.Select(copy => $"{copy.Name}:{copy.Port}"));
        Assert.Equal("http://127.0.0.1:8084,http://127.0.0.1:8184", layout.AddressesOf("orders"));
    }

    [Fact]
    public void An_offset_moves_every_port()
    {
        var layout = new StoreLayout(Replicas.OneEach, portOffset: 1000);

        Assert.Equal([9080, 9081, 9082, 9083, 9084], layout.ServicePorts);
        Assert.Equal([6433, 6672, 16672], layout.ServerPorts);
    }
}
