using GoCart.Sbom;

// Writes a bill of materials for every program of the store: what it was built from, as its lock file says.
if (args is not [var repository, var packages, var output, var version])
{
    await Console.Error.WriteLineAsync("Usage: GoCart.Sbom REPOSITORY PACKAGES OUTPUT VERSION");
    return 2;
}

foreach (var lockFile in Directory.GetFiles(Path.Combine(repository, "src"), LockFile.Name, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
{
    var folder = Path.GetDirectoryName(lockFile)!; // a full path
    if (!File.Exists(Path.Combine(folder, "Program.cs")))
        continue;

    var program = $"GoCart.{Path.GetFileName(folder)}";
    var bill = Bill.Of(program, version, LockFile.Read(lockFile), new Licences(packages));
    await File.WriteAllTextAsync(Path.Combine(output, $"{program}.cdx.json"), bill + "\n");
}

return 0;
