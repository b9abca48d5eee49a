namespace GoCart.AppHost.Local;

/// <summary>Folders and files that only their owner may read.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string Create(string path, SystemUser? owner)
    {
        Directory.CreateDirectory(path, OwnerOnly);
        if (owner is not null)
            LinuxCalls.ChangeOwner(path, owner);
        return path;
    }

    /// <summary>With everything in it; none is no error.</summary>
    public static void Delete(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    public static void WriteFile(string path, string text, SystemUser? owner = null)
    {
        // Made anew, so that the text is never readable by others, not even between writing and a later chmod.
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var writer = new StreamWriter(path, options))
            writer.Write(text);
        if (owner is not null)
            LinuxCalls.ChangeOwner(path, owner);
    }
}
