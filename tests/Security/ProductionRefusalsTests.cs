using System.Security.Cryptography;
using System.Text;
using GoCart.BuildingBlocks.Http;

namespace GoCart.Tests.Security;

/// <summary>What is convenient in development keeps a process from starting in production.</summary>
public sealed class ProductionRefusalsTests
{
    public static TheoryData<string> PatternsForKeys =>
    [
        Convert.ToBase64String(new byte[32]),
        Convert.ToBase64String([.. Enumerable.Repeat((byte)0xFF, 32)]),
        Convert.ToBase64String(Encoding.ASCII.GetBytes("change me, for I am 32 bytes long")[..32]),
        Convert.ToBase64String([.. Enumerable.Repeat((byte[])[0xDE, 0xAD, 0xBE, 0xEF], 8).SelectMany(part => part)]),
    ];

    [Theory]
    [MemberData(nameof(PatternsForKeys))]
    public void A_paging_key_that_is_no_random_number(string key)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => CursorsOf(key, Environments.Production));

        Assert.StartsWith("Paging:Key does not look random", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, refusal.Message, StringComparison.Ordinal);
        CursorsOf(key, Environments.Development);
    }

    [Fact]
    public void A_random_paging_key_is_taken() =>
        CursorsOf(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Environments.Production);

    private static PageCursors CursorsOf(string key, string environment) => new(
        new ConfigurationBuilder().AddInMemoryCollection([new("Paging:Key", key)]).Build(),
        new HostBuilder().UseEnvironment(environment).Build().Services.GetRequiredService<IHostEnvironment>());
}
