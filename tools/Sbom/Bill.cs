using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GoCart.Sbom;

/// <summary>
/// A bill of materials in CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/. The library for it would be CycloneDX.NET
/// (CycloneDX.Core); a lock file has all that we tell, so that some lines do.
/// </summary>
/// <remarks>Without a date, and numbered by its contents: the same sources give the same bill.</remarks>
internal static class Bill
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // of "+" in hashes; nobody puts this into HTML
    };

    public static string Of(string program, string version, IReadOnlyList<LockedItem> items, Licences licences)
    {
        var references = items.ToDictionary(item => item.Name, item => ReferenceOf(item, version), StringComparer.OrdinalIgnoreCase);
        var bill = new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = Component("application", program, version, $"{program}@{version}", "MIT"),
            },
            ["components"] = ListOf(items.Select(item => ComponentOf(item, references[item.Name], version, licences))),
            ["dependencies"] = ListOf(
            [
                Dependency($"{program}@{version}", items.Where(item => item.IsDirect).Select(item => references[item.Name])),
                .. items.Select(item => Dependency(
                    references[item.Name],
                    // What the framework brings itself is pruned, and not in the lock file.
                    item.Dependencies.Where(references.ContainsKey).Select(name => references[name]))),
            ]),
        };

        bill.Insert(3, "serialNumber", $"urn:uuid:{NumberOf(bill.ToJsonString())}");
        return bill.ToJsonString(Readable);
    }

    private static string ReferenceOf(LockedItem item, string ownVersion) => item.Version is null
        ? $"{item.Name}@{ownVersion}"
        : $"pkg:nuget/{item.Name}@{item.Version}";

    private static JsonObject ComponentOf(LockedItem item, string reference, string ownVersion, Licences licences)
    {
        if (item.Version is null)
            return Component("library", item.Name, ownVersion, reference, "MIT");

        var component = Component("library", item.Name, item.Version, reference, licences.Of(item.Name, item.Version));
        component["purl"] = reference;
        // Not among "hashes", which are of the file: NuGet leaves the package's signature out.
        if (item.ContentHash is not null)
            component["properties"] = ListOf([new JsonObject { ["name"] = "nuget:contentHash", ["value"] = item.ContentHash }]);
        return component;
    }

    private static JsonObject Component(string type, string name, string version, string reference, string? licence)
    {
        var component = new JsonObject { ["type"] = type, ["bom-ref"] = reference, ["name"] = name, ["version"] = version };
        if (licence is not null)
            component["licenses"] = ListOf([new JsonObject { ["expression"] = licence }]);
        return component;
    }

    private static JsonObject Dependency(string reference, IEnumerable<string> on) => new()
    {
        ["ref"] = reference,
        ["dependsOn"] = new JsonArray([.. on.Distinct().Order(StringComparer.Ordinal).Select(name => (JsonNode?)name)]),
    };

    private static JsonArray ListOf(IEnumerable<JsonObject> objects) => new([.. objects]);

    /// <summary>A UUID of version 8, whose bits are the maker's to choose (RFC 9562 §5.8): here those of the contents' hash.</summary>
    private static Guid NumberOf(string contents)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(contents))[..16];
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
