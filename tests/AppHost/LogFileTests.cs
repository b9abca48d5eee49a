using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.AppHost;

public sealed class LogFileTests(LocalServers servers)
{
    [Fact]
    public void The_last_lines_are_shown_as_people_read_them()
    {
        var file = Path.Combine(servers.Folder, "shown.log");
        File.WriteAllText(file, """
            first
            plain text
            {"Message":"The database could not be migrated","Exception":"Npgsql.NpgsqlException: gone\n   at Npgsql"}
            {"Message":"Cut o

            """);

        Assert.Equal(
            "plain text\nThe database could not be migrated: Npgsql.NpgsqlException: gone\n{\"Message\":\"Cut o",
            LogFile.Tail(file, lines: 3));
    }

    [Fact]
    public void A_new_log_keeps_the_three_before_it()
    {
        var file = Path.Combine(servers.Folder, "kept.log");

        for (var run = 1; run <= 6; run++)
            File.WriteAllText(LogFile.Begin(file), $"run {run}");

        var kept = Directory.GetFiles(servers.Folder, "kept.log*").Order().Select(File.ReadAllText);
        Assert.Equal(["run 6", "run 5", "run 4", "run 3"], kept);
    }
}
