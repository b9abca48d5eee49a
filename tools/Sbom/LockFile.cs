using System.Text.Json;

namespace GoCart.Sbom;

/// <summary>One package or project of a lock file.</summary>
/// <param name="Version">Null for a project: it is of this repository.</param>
/// <param name="ContentHash">SHA-512 of what is in the package, in base64, as NuGet checks it at every restore.</param>
internal sealed record LockedItem(string Name, string? Version, string? ContentHash, bool IsDirect, IReadOnlyList<string> Dependencies);

/// <summary>packages.lock.json: all that a project is built from, as it was restored.</summary>
internal static class LockFile
{
    public const string Name = "packages.lock.json";

    public static IReadOnlyList<LockedItem> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return
        [
            .. document.RootElement.GetProperty("dependencies").EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject())
                .Select(Item)
                .OrderBy(item => item.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static LockedItem Item(JsonProperty item) => new(
        item.Name,
        TextOf(item.Value, "resolved"),
        TextOf(item.Value, "contentHash"),
        // Of projects the lock file does not say who refers to them.
        TextOf(item.Value, "type") is "Direct" or "Project",
        item.Value.TryGetProperty("dependencies", out var dependencies)
            ? [.. dependencies.EnumerateObject().Select(dependency => dependency.Name)]
            : []);

    private static string? TextOf(JsonElement item, string name) =>
        item.TryGetProperty(name, out var text) ? text.GetString() : null;
}
