using System.Text;

namespace GoCart.Tests.Infrastructure;

/// <summary>What one test makes the process write to standard error, while others run beside it.</summary>
internal static class StandardError
{
    private static readonly AsyncLocal<StringWriter?> Captured = new();

    static StandardError() => Console.SetError(new Router(Console.Error));

    /// <summary>From here to the end of the test.</summary>
    public static StringWriter Capture() => Captured.Value = new();

    private sealed class Router(TextWriter everybodyElses) : TextWriter
    {
        public override Encoding Encoding => everybodyElses.Encoding;

        public override void Write(char value) => (Captured.Value ?? everybodyElses).Write(value);
    }
}
