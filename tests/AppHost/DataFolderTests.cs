using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.AppHost;

public sealed class DataFolderTests(LocalServers servers)
{
    [Fact]
    public void A_folder_with_other_things_in_it_is_refused_and_left_as_it_was()
    {
        var path = NewFolder();
        Directory.CreateDirectory(Path.Combine(path, ".git"));

        var refusal = Assert.Throws<ServerFailedException>(() => DataFolder.Open(path));

        Assert.Equal(
            $"{path} is not the folder of a store: there is .git in it. Choose an empty or a new one with --data.", refusal.Message);
        Assert.Equal([Path.Combine(path, ".git")], Directory.GetFileSystemEntries(path));
    }

    [Fact]
    public void Clearing_deletes_what_the_store_has_kept_and_nothing_that_was_put_beside_it()
    {
        var path = NewFolder();
        using (var before = DataFolder.Open(path))
        {
            before.Passwords.Of("database/orders");
            before.BeginLog("orders");
            Directory.CreateDirectory(Path.Combine(path, "postgres", "data"));
            File.WriteAllText(Path.Combine(path, "signing-key.pem"), "a key");
        }
        File.WriteAllText(Path.Combine(path, "notes.txt"), "mine");

        using var folder = DataFolder.Open(path);
        var password = folder.Passwords.Of("database/orders");
        folder.Clear();

        Assert.Equal(["lock", "notes.txt"], Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order());
        Assert.NotEqual(password, folder.Passwords.Of("database/orders"));
    }

    [Fact]
    public void A_folder_is_used_by_one_store_at_a_time()
    {
        var path = NewFolder();
        using var first = DataFolder.Open(path);

        var refusal = Assert.Throws<ServerFailedException>(() => DataFolder.Open(path));

        Assert.StartsWith(
            $"A store is already running from {path} (process {Environment.ProcessId}).", refusal.Message, StringComparison.Ordinal);
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(servers.Folder, $"data-{Guid.NewGuid():N}")).FullName;
}
