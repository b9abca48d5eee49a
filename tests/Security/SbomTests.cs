using System.Text.Json;
using System.Text.RegularExpressions;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Security;

/// <summary>The bills of materials that the build has written name all that the lock files name, in the form of CycloneDX 1.6.</summary>
public sealed partial class SbomTests
{
    public static TheoryData<string> Programs => ["Gateway", "Users", "Products", "Carts", "Orders", "Cli", "AppHost"];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_bill_has_what_CycloneDX_demands(string program)
    {
        using var bill = Read(program);
        var root = bill.RootElement;

        Assert.Equal("CycloneDX", root.GetProperty("bomFormat").GetString());
        Assert.Equal("1.6", root.GetProperty("specVersion").GetString());
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Matches(SerialNumber(), root.GetProperty("serialNumber").GetString());
        Assert.Equal("application", root.GetProperty("metadata").GetProperty("component").GetProperty("type").GetString());
        Assert.All(root.GetProperty("components").EnumerateArray(), component =>
        {
            Assert.Equal("library", component.GetProperty("type").GetString());
            Assert.NotEqual("", component.GetProperty("name").GetString());
            Assert.NotEqual("", component.GetProperty("version").GetString());
        });
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_dependency_leads_to_a_component_and_every_component_is_reached(string program)
    {
        using var bill = Read(program);
        var root = bill.RootElement;
        var main = Text(root.GetProperty("metadata").GetProperty("component"), "bom-ref");
        var references = root.GetProperty("components").EnumerateArray().Select(component => Text(component, "bom-ref")).ToArray();
        var edges = root.GetProperty("dependencies").EnumerateArray().ToDictionary(
            dependency => Text(dependency, "ref"),
            dependency => dependency.GetProperty("dependsOn").EnumerateArray().Select(item => item.GetString()!).ToArray()); // all are texts

        var reached = new HashSet<string>();
        var next = new Stack<string>([main]);
        while (next.TryPop(out var reference))
        {
            if (reached.Add(reference))
            {
                foreach (var dependency in edges[reference])
                    next.Push(dependency);
            }
        }

        Assert.Equal(references.Length, references.Distinct().Count());
        Assert.Equal(references.Append(main).Order(), reached.Order());
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_bill_names_every_package_of_the_lock_file_with_its_hash_and_its_licence(string program)
    {
        using var bill = Read(program);
        using var locked = JsonDocument.Parse(File.ReadAllBytes(Repository.Path($"src/{program}/packages.lock.json")));
        var packages = locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(item => item.Value.TryGetProperty("resolved", out _))
            .Select(item => $"pkg:nuget/{item.Name}@{Text(item.Value, "resolved")} {Text(item.Value, "contentHash")}");

        var components = bill.RootElement.GetProperty("components").EnumerateArray()
            .Where(component => component.TryGetProperty("purl", out _)).ToArray();

        Assert.Equal(
            packages.Order(),
            components.Select(component => $"{Text(component, "purl")} {Text(component.GetProperty("properties")[0], "value")}").Order());
        Assert.All(components, component => Assert.True(component.TryGetProperty("licenses", out _), component.ToString()));
    }

    private static JsonDocument Read(string program) =>
        JsonDocument.Parse(File.ReadAllBytes(Repository.Path($"artifacts/sbom/GoCart.{program}.cdx.json")));

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new InvalidOperationException($"{name} is null.");

    [GeneratedRegex("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    private static partial Regex SerialNumber();
}
