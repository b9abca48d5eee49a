namespace GoCart.Bench;

/// <summary>The repository that the program was built in.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "GoCart.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The repository is not above the program.");
        return folder.FullName;
    }
}
