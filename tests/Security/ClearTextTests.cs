using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Tests.Deploy;
using Microsoft.Extensions.FileProviders;
using Npgsql;

namespace GoCart.Tests.Security;

/// <summary>What would leave the machine in clear, or answer to everybody's name, keeps a process from starting in production.</summary>
public sealed class ClearTextTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", false)]
    [InlineData("http://localhost:8080", false)]
    [InlineData("http://[::1]:8080", false)]
    [InlineData("https://+:8443", false)]
    [InlineData("http://unix:/run/gocart/gateway.sock", false)]
    [InlineData("http://+:8080", true)]
    [InlineData("http://*:8080", true)]
    [InlineData("http://0.0.0.0:8080", true)]
    [InlineData("http://[::]:8080", true)]
    [InlineData("http://10.0.0.5:8080", true)]
    [InlineData("https://+:8443;http://+:8080", true)]
    public void Listening(string urls, bool isRefused)
    {
        AssertRefused(isRefused, new() { ["Urls"] = urls }, ClearText.RefuseToListen, "Urls would send");
        AssertRefused(isRefused, new() { ["Kestrel:Endpoints:Public:Url"] = urls }, ClearText.RefuseToListen, "Kestrel:Endpoints:Public:Url would send");
    }

    [Theory]
    [InlineData("http://127.0.0.1:8082", false)]
    [InlineData("https://products:8082", false)]
    [InlineData("http://products:8082", true)]
    [InlineData("http://127.0.0.1:8082,http://products:8082", true)]
    [InlineData("http://localhost.evil.example:8082", true)]
    public void Calling_a_service(string addresses, bool isRefused) => AssertRefused(
        isRefused, new() { ["Services:Products"] = addresses }, ClearText.RefuseToCall, "Services:Products would send");

    [Theory]
    [InlineData("Host=127.0.0.1", false)]
    [InlineData("Host=/run/postgresql", false)]
    [InlineData("Host=db;SSL Mode=Require", false)]
    [InlineData("Host=db1:5432,db2:5432;SSL Mode=VerifyFull", false)]
    [InlineData("Host=db", true)]
    [InlineData("Host=db;SSL Mode=Prefer", true)]
    [InlineData("Host=127.0.0.1:5432,db2:5432", true)]
    public void A_database(string connection, bool isRefused) => AssertRefused(
        isRefused,
        [],
        (environment, configuration) => ClearText.RefuseIn(
            environment, configuration, "ConnectionStrings:Database", new NpgsqlConnectionStringBuilder(connection)),
        "ConnectionStrings:Database would send");

    [Theory]
    [InlineData("amqp://orders:9c1f0e7a55d2@127.0.0.1/", false)]
    [InlineData("amqps://orders:9c1f0e7a55d2@broker/", false)]
    [InlineData("amqp://orders:9c1f0e7a55d2@broker/", true)]
    [InlineData("amqps://orders:9c1f0e7a55d2@one/,amqp://orders:9c1f0e7a55d2@two/", true)]
    public void A_broker(string addresses, bool isRefused) => AssertRefused(
        isRefused,
        new() { ["ConnectionStrings:Broker"] = addresses },
        (environment, configuration) => BrokerConnections.ReadAddresses(configuration, environment),
        "ConnectionStrings:Broker would send");

    [Theory]
    [InlineData("shop.gocart.dev", false)]
    [InlineData("shop.gocart.dev;www.gocart.dev", false)]
    [InlineData("localhost", false)]
    [InlineData("*", true)]
    [InlineData("example.com", true)]
    [InlineData("*.Example.com", true)]
    [InlineData("shop.gocart.dev;shop.example.org.", true)]
    [InlineData("store.test:8080", true)]
    public void A_name_that_is_everybodys(string names, bool isRefused)
    {
        var refusal = Refusal(Environments.Production, new() { ["AllowedHosts"] = names }, PublicNames.RefuseIn);
        Assert.Equal(isRefused, refusal is not null);
        if (refusal is not null)
            Assert.StartsWith("Set AllowedHosts to your store", refusal, StringComparison.Ordinal);
        Assert.Null(Refusal(Environments.Development, new() { ["AllowedHosts"] = names }, PublicNames.RefuseIn));
    }

    [Fact]
    public void The_compose_file_says_that_its_network_may_be_trusted()
    {
        foreach (var service in (string[])["gateway", "users", "products", "carts", "orders", "users-migrate"])
            Assert.Contains("Hosting__AllowClearText: \"true\"", ComposeFile.ReadServices()[service]);
    }

    private static void AssertRefused(
        bool isRefused, Dictionary<string, string?> settings, Action<IHostEnvironment, IConfiguration> check, string message)
    {
        Assert.Null(Refusal(Environments.Development, settings, check));
        var refusal = Refusal(Environments.Production, settings, check);
        Assert.Equal(isRefused, refusal is not null);
        if (refusal is not null)
            Assert.StartsWith(message, refusal, StringComparison.Ordinal);
        settings["Hosting:AllowClearText"] = "true";
        Assert.Null(Refusal(Environments.Production, settings, check));
    }

    private static string? Refusal(
        string environment, Dictionary<string, string?> settings, Action<IHostEnvironment, IConfiguration> check)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return Record.Exception(() => check(new TestEnvironment(environment), configuration)) is { } refusal
            ? Assert.IsType<InvalidOperationException>(refusal).Message
            : null;
    }

    private sealed record TestEnvironment(string EnvironmentName) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = EnvironmentName;

        public string ApplicationName { get; set; } = "tests";

        public string ContentRootPath { get; set; } = "/";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
