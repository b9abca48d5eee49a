using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>A setting that makes no sense is a sentence that names it, and not a stack trace.</summary>
public sealed class StartTests(LocalServers servers)
{
    [Theory]
    [InlineData("Services__Orders", "", "Set Services:orders to the address of the service")]
    [InlineData("Gateway__Deadline", "soon", "'Gateway:Deadline'")]
    [InlineData("Gateway__Deadline", "00:01:00", "Set Gateway:Deadline to a time of up to 20 seconds")]
    [InlineData("Gateway__MaxInFlight", "many", "'Gateway:MaxInFlight'")]
    [InlineData("Gateway__MaxInFlight", "0", "Set Gateway:MaxInFlight to 1 or more")]
    [InlineData("Gateway__TrustedProxies__0", "10.0.0.0/99", "Gateway:TrustedProxies: 10.0.0.0/99 is neither")]
    [InlineData("RateLimits__SignInsPerMinute", "0", "Set RateLimits:SignInsPerMinute to 1 or more")]
    [InlineData("RateLimits__ConnectionsPerAddress", "0", "Set RateLimits:ConnectionsPerAddress to 1 or more")]
    [InlineData("RateLimits__RequestsPerSecondPerUser", "0", "Set RateLimits:RequestsPerSecondPerUser to 1 or more")]
    [InlineData("Gateway__AllowedOrigins__0", "shop.example.com", "Gateway:AllowedOrigins: shop.example.com is no origin")]
    [InlineData("Gateway__AllowedOrigins__0", "https://shop.example.com/", "Gateway:AllowedOrigins: https://shop.example.com/ is no origin")]
    [InlineData("Gateway__AllowedOrigins__0", "*", "Gateway:AllowedOrigins: * is no origin")]
    [InlineData("Gateway__AllowedOrigins__0", "http://shop.gocart.dev", "Gateway:AllowedOrigins: http://shop.gocart.dev has to be a page of the store's own")]
    [InlineData("Gateway__AllowedOrigins__0", "https://shop.example.com", "Gateway:AllowedOrigins: https://shop.example.com has to be")]
    [InlineData("AllowedHosts", "*", "Set AllowedHosts to your store")]
    [InlineData("AllowedHosts", "shop.example.com", "Set AllowedHosts to your store")]
    [InlineData("Paging__Key_FILE", "/nowhere/key", "Set Paging__Key_FILE to a file that can be read")]
    [InlineData("InternalTls__CertificateFile", "/nowhere/certificate.pem", "Set all of InternalTls:CertificateFile")]
    [InlineData("Hosting__DrainDelay", "-00:00:05", "Set Hosting:DrainDelay")]
    [InlineData("GOCART_FAILPOINT", "order.after_commit", "GOCART_FAILPOINT is set")]
    [InlineData("Urls", "nonsense", "Invalid url")]
    [InlineData("Urls", "https://127.0.0.1:0", "No server certificate was specified")]
    [InlineData("Kestrel__Certificates__Default__Path", "/nowhere/certificate.pem", "/nowhere/certificate.pem")]
    public async Task A_setting_that_makes_no_sense_is_named(string setting, string value, string sentence)
    {
        var program = ServiceProcess.Path("gateway");
        var command = new ChildCommand("gateway", "dotnet", program, "serve")
        {
            LogFile = Path.Combine(servers.Folder, $"gateway-{Guid.NewGuid():N}.log"),
            WorkingDirectory = Path.GetDirectoryName(program)!, // where its appsettings.json lies
            Environment = new Dictionary<string, string?> { ["Urls"] = $"http://127.0.0.1:{Ports.Free()}", [setting] = value },
        };
        var gateway = await ChildProcess.StartAsync(command);

        Assert.Equal(1, await gateway.Exited.WaitAsync(TimeSpan.FromSeconds(30)));

        var lines = await File.ReadAllLinesAsync(command.LogFile);
        var said = Assert.Single(lines, line => line.StartsWith("The service does not start: ", StringComparison.Ordinal));
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }
}
