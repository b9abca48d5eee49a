using System.Text.Json;

namespace GoCart.AppHost.Local;

/// <summary>Lines of log files, for people: our services write JSON, of which a message shows what was said.</summary>
internal static class LogLine
{
    public static string Readable(string line)
    {
        if (!line.StartsWith('{'))
            return line;

        try
        {
            using var entry = JsonDocument.Parse(line);
            var message = Text(entry, "Message");
            // The first line of an exception says what happened, the others where.
            var exception = Text(entry, "Exception")?.Split('\n')[0];
            return string.Join(": ", new[] { message, exception }.Where(text => !string.IsNullOrEmpty(text)));
        }
        // Cut off by the death of its writer, or not one of ours.
        catch (JsonException)
        {
            return line;
        }
    }

    private static string? Text(JsonDocument entry, string name) =>
        entry.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
