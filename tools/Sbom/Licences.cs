using System.Xml.Linq;

namespace GoCart.Sbom;

/// <summary>The licences of packages, from the folder into which NuGet has unpacked them.</summary>
internal sealed class Licences(string packages)
{
    /// <summary>An expression of SPDX such as <c>MIT</c>; null when the package names a file or an address instead.</summary>
    public string? Of(string name, string version)
    {
        // NuGet's folder has lower-case names.
        var id = name.ToLowerInvariant();
        var file = Path.Combine(packages, id, version.ToLowerInvariant(), $"{id}.nuspec");
        if (!File.Exists(file))
            return null;

        var licence = XDocument.Load(file).Descendants().FirstOrDefault(element => element.Name.LocalName == "license");
        return licence?.Attribute("type")?.Value == "expression" ? licence.Value : null;
    }
}
