using System.Diagnostics;
using System.Text.RegularExpressions;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.EndToEnd;

/// <summary>The README says only what runs: here its lines for the shell do, as they stand there.</summary>
public sealed partial class ReadmeTests(LocalServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_API_examples_of_the_README_work_as_printed()
    {
        await using var store = await RunningStore.StartAsync(Path.Combine(servers.Folder, "readme-store"));
        var examples = string.Join('\n', BashBlock().Matches(await File.ReadAllTextAsync(Repository.Path("README.md"), Cancelled))
            .Select(block => block.Groups[1].Value));
        Assert.Contains("localhost:8080", examples, StringComparison.Ordinal);

        // The store of this test has other ports; and a curl that gets an error ends the script.
        var output = await RunAsync(
            "set -euo pipefail; curl() { command curl --silent --show-error --fail-with-body \"$@\"; }\n"
            + examples.Replace("localhost:8080", $"localhost:{store.Gateway.Port}", StringComparison.Ordinal));

        Assert.Contains("\"email\":\"user@example.com\"", output, StringComparison.Ordinal);
        Assert.Contains("\"token_type\":\"Bearer\"", output, StringComparison.Ordinal);
        Assert.Contains("\"quantity\":2", output, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"pending\"", output, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"cancelled\"", output, StringComparison.Ordinal);
        await store.AssertSettledAsync();
    }

    private static async Task<string> RunAsync(string script)
    {
        await EnsureCurlAsync();
        return await ProgramRun.OfSuccessAsync(new ProcessStartInfo("bash", ["-c", script]));
    }

    /// <summary>A machine with the .NET SDK alone has none.</summary>
    private static async Task EnsureCurlAsync()
    {
        if (File.Exists("/usr/bin/curl"))
            return;

        using var apt = Process.Start("apt-get", ["install", "--yes", "--no-install-recommends", "curl"]);
        await apt.WaitForExitAsync(Cancelled);
        Assert.True(File.Exists("/usr/bin/curl"), "This test needs curl: apt-get install curl");
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex BashBlock();
}
