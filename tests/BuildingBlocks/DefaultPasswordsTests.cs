using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.FileProviders;
using Npgsql;

namespace GoCart.Tests.BuildingBlocks;

public sealed class DefaultPasswordsTests
{
    [Theory]
    [InlineData("Host=db;Username=orders", true)]
    [InlineData("Host=db;Username=orders;Password=short", true)]
    [InlineData("Host=db;Username=postgres;Password=postgres", true)]
    [InlineData("Host=db;Username=a-long-user-name;Password=a-long-user-name", true)]
    [InlineData("Host=db;Username=orders;Password=ADMINISTRATOR", true)]
    [InlineData("Host=db;Username=orders;Password=xxxxxxxxxxxxxxxx", true)]
    [InlineData("Host=db;Username=orders;Password=9c1f0e7a55d2", false)]
    [InlineData("Host=/run/postgresql;Username=orders", false)] // The kernel says who it is.
    [InlineData("Host=db;Username=orders;SSL Certificate=orders.crt", false)]
    [InlineData("Host=db;Username=orders;Passfile=/run/secrets/pgpass", false)]
    [InlineData("Host=/run/postgresql;Username=orders;Password=orders", true)]
    public void A_database(string connectionString, bool isRefused) => AssertRefused(isRefused, environment =>
        DefaultPasswords.RefuseIn(environment, "ConnectionStrings:Database", new NpgsqlConnectionStringBuilder(connectionString)));

    [Theory]
    [InlineData("amqp://broker/", true)] // Would be guest and guest.
    [InlineData("amqp://orders@broker/", true)]
    [InlineData("amqp://guest:guest@broker/", true)]
    [InlineData("amqp://orders:rabbitmqadmin@broker/", true)]
    [InlineData("amqp://orders:%61dministrator@broker/", true)]
    [InlineData("amqp://orders:9c1f0e7a55d2@broker/", false)]
    public void A_broker(string address, bool isRefused) => AssertRefused(isRefused, environment =>
        DefaultPasswords.RefuseIn(environment, "ConnectionStrings:Broker", new Uri(address)));

    private static void AssertRefused(bool isRefused, Action<IHostEnvironment> check)
    {
        check(new Environment("Development"));
        var refusal = Record.Exception(() => check(new Environment("Production")));
        Assert.Equal(isRefused, refusal is InvalidOperationException);
        if (refusal is not null)
            Assert.StartsWith("Set a password of its own in ConnectionStrings:", refusal.Message, StringComparison.Ordinal);
    }

    private sealed record Environment(string EnvironmentName) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = EnvironmentName;

        public string ApplicationName { get; set; } = "tests";

        public string ContentRootPath { get; set; } = "/";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
