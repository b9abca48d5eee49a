using System.Net;
using System.Text.Json;
using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace GoCart.Tests.AppHost;

/// <summary>
/// What another user of the machine gets from a store that runs on it: nothing that its gateway does not give to everybody.
/// </summary>
internal static class OtherUsers
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static async Task AssertShutOutAsync(RunningStore store)
    {
        Assert.Equal([], OpenIn(new DirectoryInfo(store.Folder)));
        if (Environment.IsPrivilegedProcess)
            Assert.Equal("", ReadableByNobody(store.Folder));
        AssertNoPasswordIsAnArgument(store);
        AssertNothingListensToOtherMachines(store);
        await AssertDefaultPasswordsAreRefusedAsync(store);
    }

    /// <summary>What somebody else could read or write, or list, on the way down as far as he gets.</summary>
    private static List<string> OpenIn(DirectoryInfo folder)
    {
        List<string> open = (folder.UnixFileMode & OfOthers) == 0 ? [] : [Describe(folder)];
        if ((folder.UnixFileMode & (UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0)
            return open;

        foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is null))
        {
            if (entry is DirectoryInfo below)
                open.AddRange(OpenIn(below));
            else if ((entry.UnixFileMode & OfOthers) != 0)
                open.Add(Describe(entry));
        }
        return open;
    }

    private static string Describe(FileSystemInfo entry) => $"{Convert.ToString((int)entry.UnixFileMode, 8)} {entry.FullName}";

    /// <summary>As the kernel sees it: somebody else tries, who knows the names.</summary>
    private static string? ReadableByNobody(string folder) => Tool.Output(
        "setpriv",
        [
            "--reuid", "65534", "--regid", "65534", "--clear-groups", "--",
            "sh", "-c", """find "$@" \( -readable -o -writable \) ! -type l 2>/dev/null; true""", "sh",
            folder, .. Directory.GetFileSystemEntries(folder), .. Directory.GetFiles(Path.Combine(folder, "logs")),
        ]);

    /// <summary>Everybody can read with what arguments a process was started.</summary>
    private static void AssertNoPasswordIsAnArgument(RunningStore store)
    {
        var passwords = JsonSerializer.Deserialize<Dictionary<string, string>>(
            File.ReadAllText(Path.Combine(store.Folder, "passwords.json"))) ?? [];
        var commands = store.Children.Select(ProcessTable.CommandOf).OfType<string>().ToList();

        Assert.NotEmpty(passwords);
        Assert.NotEmpty(commands);
        Assert.DoesNotContain(commands, command => passwords.Values.Any(password => command.Contains(password, StringComparison.Ordinal)));
    }

    private static void AssertNothingListensToOtherMachines(RunningStore store)
    {
        var files = store.Children.SelectMany(child => ProcessTable.FilesOf(child) ?? []).ToHashSet();
        string[] tables = ["/proc/net/tcp", "/proc/net/tcp6"];
        var listening =
            from table in tables
            where File.Exists(table)
            from line in File.ReadLines(table).Skip(1)
            let fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            where fields[3] == "0A" && files.Contains($"socket:[{fields[9]}]")
            select fields[1];

        // 127.0.0.1 and ::1, in the byte order of the machine.
        string[] loopback = BitConverter.IsLittleEndian
            ? ["0100007F", "00000000000000000000000001000000"]
            : ["7F000001", "00000000000000000000000000000001"];
        var addresses = listening.ToList();
        Assert.Contains(addresses, address => address.EndsWith($":{8080 + store.PortOffset:X4}", StringComparison.Ordinal));
        Assert.All(addresses, address => Assert.Contains(address.Split(':')[0], loopback));
    }

    private static async Task AssertDefaultPasswordsAreRefusedAsync(RunningStore store)
    {
        var cancelled = TestContext.Current.CancellationToken;
        foreach (var role in (string[])["postgres", "users", "users_owner"])
        {
            await using var connection = new NpgsqlConnection(
                $"Host=127.0.0.1;Port={5433 + store.PortOffset};SslMode=Disable;Pooling=false;"
                + $"Database=users;Username={role};Password={role}");
            var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(cancelled));
            Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        }

        foreach (var user in (string[])["guest", "operator", "orders"])
        {
            var broker = new ConnectionFactory { Uri = new Uri($"amqp://{user}:{user}@127.0.0.1:{5672 + store.PortOffset}") };
            var failure = await Assert.ThrowsAsync<BrokerUnreachableException>(() => broker.CreateConnectionAsync(cancelled));
            Assert.IsType<AuthenticationFailureException>(failure.InnerException);

            using var http = new HttpClient();
            using var page = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{15672 + store.PortOffset}/api/overview"));
            page.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{user}:{user}")));
            using var answer = await http.SendAsync(page, cancelled);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }
}
