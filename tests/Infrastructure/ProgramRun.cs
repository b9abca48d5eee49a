using System.Diagnostics;

namespace GoCart.Tests.Infrastructure;

/// <summary>A program that has run to its end.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    // The slowest is an audit, or a migration on a machine that is busy with other tests.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <param name="start">Whose streams are redirected here.</param>
    /// <param name="input">All that its standard input has.</param>
    /// <exception cref="TimeoutException">It did not end; it has been killed.</exception>
    public static async Task<ProgramRun> OfAsync(ProcessStartInfo start, string input = "")
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} does not start.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync().WaitAsync(Limit);
            return new(process.ExitCode, await output, await errors);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a program that must end with 0, and gives what it wrote to its output.</summary>
    public static async Task<string> OfSuccessAsync(ProcessStartInfo start, string input = "")
    {
        var run = await OfAsync(start, input);
        Assert.True(run.ExitCode == 0, $"{start.FileName} {string.Join(' ', start.ArgumentList)}: {run.ExitCode}\n{run.Output}\n{run.Errors}");
        return run.Output;
    }
}
