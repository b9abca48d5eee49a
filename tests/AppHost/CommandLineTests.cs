using System.Diagnostics;
using GoCart.AppHost;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.AppHost;

public sealed class CommandLineTests(LocalServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false, "--no-seed")]
    [InlineData(false, "--external")]
    [InlineData(true, "--external", "--seed")]
    public async Task Only_a_store_of_its_own_is_seeded_without_being_told(bool isSeeded, params string[] arguments)
    {
        RunOptions? asked = null;

        var exitCode = await CommandLine.RunAsync(arguments, options =>
        {
            asked = options;
            return Task.FromResult(0);
        });

        Assert.Equal(0, exitCode);
        Assert.Equal(isSeeded, asked?.Seed);
    }

    [Fact]
    public async Task The_help_names_every_option_and_every_variable()
    {
        var (exitCode, output) = await RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.All(
            ["--data", "--reset", "--replicas", "--no-seed", "--seed", "--external", "--port-offset", "--yes", "GOCART_ORDERS_DATABASE"],
            name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--replicas", "orders=0")]
    [InlineData("--port-offset", "-1")]
    [InlineData("--seed", "--no-seed")]
    [InlineData("--nonsense")]
    public async Task What_makes_no_sense_is_said_and_nothing_is_started(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync([.. arguments, "--data", NewPath()]);

        Assert.Equal(2, exitCode);
        Assert.Contains(arguments[0], output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_nothing_is_deleted()
    {
        var path = NewPath();
        Directory.CreateDirectory(Path.Combine(path, "postgres", "data"));

        var (exitCode, output) = await RunAsync("--data", path, "--reset");

        Assert.Equal(1, exitCode);
        Assert.Contains("Nothing was deleted.", output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(path, "postgres", "data")));
    }

    private string NewPath() => Path.Combine(servers.Folder, $"command-line-{Guid.NewGuid():N}");

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ServiceProcess.Path("AppHost"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start.");
        var output = process.StandardOutput.ReadToEndAsync(Cancelled);
        var errors = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(15), Cancelled);
        return (process.ExitCode, await output + await errors);
    }
}
