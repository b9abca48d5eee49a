using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>
/// Named places where a process can be told to die, so that tests hit the gaps between two lines:
/// <c>GOCART_FAILPOINT=order.after_commit</c>, or <c>order.after_commit:3</c> for the third pass.
/// </summary>
public static class Failpoint
{
    public const string Variable = "GOCART_FAILPOINT";

    private static readonly string? Armed = Environment.GetEnvironmentVariable(Variable)?.Split(':')[0];
    private static int _passesLeft = Passes(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Kills the process here, as kill -9 would, if this is the place that was named.</summary>
    public static void Hit(string name)
    {
        if (Armed is null || Armed != name || Interlocked.Decrement(ref _passesLeft) != 0)
            return;

        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    /// <exception cref="InvalidOperationException">One is set outside development.</exception>
    internal static void RefuseOutsideDevelopment(IHostEnvironment environment)
    {
        if (Armed is not null && !environment.IsDevelopment())
            throw new InvalidOperationException($"{Variable} is set, but it is for tests only: remove it.");
    }

    private static int Passes(string? setting) =>
        setting?.Split(':') is [_, var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1;
}
