using System.Diagnostics;
using System.Text;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Cli;

/// <summary>The real executable on a real terminal: what keys, echo, colours and signals do there, no in-process test can tell.</summary>
public sealed class PseudoTerminalTests(StoreFixture store) : IClassFixture<StoreFixture>, IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("gocart-pty-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task Somebody_registers_and_leaves()
    {
        using var terminal = new PseudoTerminal(_home, store.Gateway.Address);

        await terminal.SeesAsync("ECOM CLI - E-Commerce Store");
        await terminal.SeesAsync("3 Exit");
        terminal.Types("2\r");
        await terminal.SeesAsync("E-mail:");
        terminal.Types("pty@example.com\r");
        await terminal.SeesAsync("Password:");
        terminal.Types("password123\r");
        await terminal.SeesAsync("The same password again:");
        terminal.Types("password123\r");
        await terminal.SeesAsync("Signed in as pty@example.com");
        terminal.Types("5\r");
        await terminal.SeesAsync("Goodbye.");

        Assert.Equal(0, await terminal.ExitCodeAsync());
        Assert.DoesNotContain("password123", terminal.Seen, StringComparison.Ordinal);
        Assert.Contains("\u001B[", terminal.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_at_a_prompt_ends_it_with_130()
    {
        using var terminal = new PseudoTerminal(_home, store.Gateway.Address, "login", "ann@example.com");

        await terminal.SeesAsync("Password:");
        terminal.Types("half a pass\u0003");

        Assert.Equal(130, await terminal.ExitCodeAsync());
        Assert.DoesNotContain("half", terminal.Seen, StringComparison.Ordinal);
    }

    /// <summary>gocart under script(1) of util-linux, which gives it a terminal and passes on what is typed and shown.</summary>
    private sealed class PseudoTerminal : IDisposable
    {
        private readonly Process _process;
        private readonly StringBuilder _seen = new();
        private readonly Task _reading;

        public PseudoTerminal(DirectoryInfo home, Uri server, params string[] args)
        {
            var gocart = Path.Combine(AppContext.BaseDirectory, "gocart.dll");
            var command = string.Join(' ', ["exec", "dotnet", $"'{gocart}'", .. args]);
            _process = Process.Start(new ProcessStartInfo("script", ["--quiet", "--return", "--command", command, "/dev/null"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                Environment =
                {
                    ["GOCART_SERVER"] = server.ToString(),
                    ["XDG_CONFIG_HOME"] = home.FullName,
                    ["TERM"] = "xterm-256color",
                    ["NO_COLOR"] = "",
                },
            })!; // not null: no shell is used
            _reading = ReadAsync();
        }

        public string Seen
        {
            get
            {
                lock (_seen)
                    return _seen.ToString();
            }
        }

        public Task SeesAsync(string text) => Eventually.AssertAsync(() =>
        {
            Assert.Contains(text, Seen, StringComparison.Ordinal);
            return Task.CompletedTask;
        });

        public void Types(string keys)
        {
            _process.StandardInput.Write(keys);
            _process.StandardInput.Flush();
        }

        public async Task<int> ExitCodeAsync()
        {
            await _reading.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }

        private async Task ReadAsync()
        {
            var buffer = new char[4096];
            while (await _process.StandardOutput.ReadAsync(buffer) is > 0 and var count)
            {
                lock (_seen)
                    _seen.Append(buffer, 0, count);
            }
        }
    }
}
