using GoCart.Cli.Api;
using GoCart.Cli.Sessions;

namespace GoCart.Tests.Cli;

public sealed class SessionFileTests : IDisposable
{
    private static readonly ServerAddress Server = ServerAddress.Parse(ServerAddress.Default);
    private static readonly Session Ann = new("ann@example.com", "customer", "access", "refresh");

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("gocart-session-");

    private string SessionPath => Path.Combine(_home.FullName, "config", "gocart", "session.json");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_session_is_found_again_by_its_server_only()
    {
        await SaveAsync(new SessionFile(SessionPath), Server, Ann);

        var file = new SessionFile(SessionPath);
        Assert.Equal(Ann, file.Find(Server));
        Assert.Null(file.Find(ServerAddress.Parse("http://127.0.0.1:8081")));
    }

    [Fact]
    public async Task Two_servers_have_two_sessions()
    {
        var (file, other) = (new SessionFile(SessionPath), ServerAddress.Parse("https://shop.example.com"));
        await SaveAsync(file, Server, Ann);
        await SaveAsync(file, other, Ann with { Email = "ben@example.com" });

        using (var locked = await file.LockAsync(Cancelled))
            locked.Remove(Server);

        Assert.Null(file.Find(Server));
        Assert.Equal("ben@example.com", file.Find(other)?.Email);
    }

    [Fact]
    public async Task Only_the_owner_can_read_it()
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        await SaveAsync(new SessionFile(SessionPath), Server, Ann);
        Assert.Equal(ownerOnly, File.GetUnixFileMode(SessionPath));
        Assert.Equal(ownerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(SessionPath)!));

        // Also if somebody opened it up in between.
        File.SetUnixFileMode(SessionPath, ownerOnly | UnixFileMode.OtherRead);
        await SaveAsync(new SessionFile(SessionPath), Server, Ann);
        Assert.Equal(ownerOnly, File.GetUnixFileMode(SessionPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"http://127.0.0.1:8080\":{\"em")]
    [InlineData("[1]")]
    public async Task A_damaged_file_means_nobody_is_signed_in_and_the_next_sign_in_replaces_it(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SessionPath)!);
        await File.WriteAllTextAsync(SessionPath, content, Cancelled);
        var file = new SessionFile(SessionPath);

        Assert.Null(file.Find(Server));

        await SaveAsync(file, Server, Ann);
        Assert.Equal(Ann, file.Find(Server));
    }

    [Fact]
    public async Task A_second_process_waits_for_the_lock_and_then_sees_what_the_first_one_wrote()
    {
        var first = await new SessionFile(SessionPath).LockAsync(Cancelled);
        var second = new SessionFile(SessionPath).LockAsync(Cancelled);
        Assert.False(second.IsCompleted);

        first.Save(Server, Ann);
        Assert.False(second.IsCompleted);
        first.Dispose();

        using var locked = await second;
        Assert.Equal(Ann, locked.Find(Server));
    }

    [Theory]
    [InlineData("/xdg", "/homes/ann", "/xdg/gocart/session.json")]
    [InlineData("relative", "/homes/ann", "/homes/ann/.config/gocart/session.json")]
    [InlineData(null, "/homes/ann", "/homes/ann/.config/gocart/session.json")]
    public void It_lies_where_configuration_belongs(string? xdg, string userHome, string expected) =>
        Assert.Equal(expected, SessionFile.DefaultPath(name => name switch
        {
            "XDG_CONFIG_HOME" => xdg,
            "HOME" => userHome,
            _ => null,
        }));

    private static async Task SaveAsync(SessionFile file, ServerAddress address, Session session)
    {
        using var locked = await file.LockAsync(Cancelled);
        locked.Save(address, session);
    }
}
