using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.AppHost;

public sealed class PasswordsTests(LocalServers servers)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void A_password_is_made_once_and_kept_where_only_its_owner_reads_it()
    {
        var file = Path.Combine(servers.Folder, "passwords.json");

        var first = Passwords.In(file).Of("database/orders");
        var again = Passwords.In(file).Of("database/orders");
        var other = Passwords.In(file).Of("database/carts");

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(40, first.Length);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_damaged_file_is_named_and_not_written_over()
    {
        var file = Path.Combine(servers.Folder, "damaged.json");
        File.WriteAllText(file, """{"database/orders": "abc""");

        var failure = Assert.Throws<ServerFailedException>(() => Passwords.In(file).Of("database/orders"));

        Assert.StartsWith($"{file} is damaged: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal("""{"database/orders": "abc""", File.ReadAllText(file));
    }

    [Fact]
    public void The_operators_file_is_readable_by_its_owner_alone_even_where_an_open_one_was()
    {
        var file = Path.Combine(servers.Folder, "operator.json");
        File.WriteAllText(file, "{}");

        OperatorFile.Write(file, new Dictionary<string, string> { ["orders"] = "Host=db" }, new Dictionary<string, string> { ["users"] = "Host=db" }, "amqp://operator@mq",
            new Uri("http://127.0.0.1:15672"), ("operator", "secret"));

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        Assert.Contains("http://operator:secret@127.0.0.1:15672/", File.ReadAllText(file), StringComparison.Ordinal);
    }
}
