namespace GoCart.Tests.Infrastructure;

/// <summary>Files of the repository, for tests that read what stands in them.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    /// <param name="path">From the repository's root.</param>
    public static string Path(string path) => System.IO.Path.Combine(Root, path);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "GoCart.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run from within the repository.");
    }
}
