using System.Text.RegularExpressions;

namespace GoCart.AppHost.Local;

/// <summary>RabbitMQ as it is installed on this machine.</summary>
/// <param name="Home">The folder with sbin, escript and plugins.</param>
/// <param name="Epmd">Erlang's port mapper, without which a node does not start.</param>
internal sealed partial record RabbitPrograms(string Home, string Epmd)
{
    private static readonly string[] Homes = ["/usr/lib/rabbitmq/lib", "/opt/rabbitmq", "/usr/local/lib/rabbitmq"];

    /// <summary>
    /// The start script itself, not the wrapper in /usr/sbin: that one runs su when called by root and refuses others.
    /// </summary>
    public string Server => Path.Combine(Home, "sbin", "rabbitmq-server");

    private string Plugins => Path.Combine(Home, "plugins");

    public static RabbitPrograms? Find()
    {
        var folders = from folder in Homes
                      where Directory.Exists(folder)
                      from home in Directory.GetDirectories(folder, "rabbitmq_server-*").Append(folder)
                      where File.Exists(Path.Combine(home, "sbin", "rabbitmq-server"))
                      orderby home descending
                      select home;
        var epmd = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin")
            .Select(folder => Path.Combine(folder, "epmd")).FirstOrDefault(File.Exists);
        return folders.FirstOrDefault() is { } newest && epmd is not null ? new RabbitPrograms(newest, epmd) : null;
    }

    /// <summary>
    /// A copy of the installation, in links, that has only the plugins the management page needs: the package's eighty
    /// folders in the code path cost half of the start. Null when a plugin lies in an archive, as other packages have
    /// it: then the whole installation is used.
    /// </summary>
    public string? LinkNeededPlugins(string folder)
    {
        if (NeededPlugins() is not { } needed)
            return null;

        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var plugins = Directory.CreateDirectory(Path.Combine(folder, "plugins")).FullName;
        // A real folder with links in it: the scripts find everything else relative to the folder they lie in.
        var scripts = Directory.CreateDirectory(Path.Combine(folder, "sbin")).FullName;

        Directory.CreateSymbolicLink(Path.Combine(folder, "escript"), Path.Combine(Home, "escript"));
        foreach (var script in Directory.GetFiles(Path.Combine(Home, "sbin")))
            File.CreateSymbolicLink(Path.Combine(scripts, Path.GetFileName(script)), script);
        foreach (var plugin in needed)
            Directory.CreateSymbolicLink(Path.Combine(plugins, Path.GetFileName(plugin)), plugin);

        return folder;
    }

    /// <summary>The folders of the management plugin and of everything that it and the server are made of.</summary>
    private HashSet<string>? NeededPlugins()
    {
        var folders = Directory.GetDirectories(Plugins)
            .ToLookup(folder => Path.GetFileName(folder).Split('-')[0], StringComparer.Ordinal);
        var found = new HashSet<string>();
        var open = new Stack<string>(["rabbit", "rabbitmq_management"]);

        while (open.TryPop(out var name))
        {
            // What is no plugin belongs to Erlang itself; the two we began with have to be there.
            if (folders[name].FirstOrDefault() is not { } folder)
            {
                if (name.StartsWith("rabbit", StringComparison.Ordinal))
                    return null;
                continue;
            }

            if (!found.Add(folder))
                continue;
            var description = Path.Combine(folder, "ebin", name + ".app");
            if (!File.Exists(description))
                return null;
            foreach (var needed in ApplicationsNamedIn(File.ReadAllText(description)))
                open.Push(needed);
        }

        return found;
    }

    private static IEnumerable<string> ApplicationsNamedIn(string description) =>
        Applications().Matches(description)
            .SelectMany(match => match.Groups[1].Value.Split(','))
            .Select(name => name.Trim(' ', '\n', '\t', '\''));

    /// <summary>{applications, [kernel,stdlib,ranch]}</summary>
    [GeneratedRegex(@"\{\s*(?:applications|included_applications)\s*,\s*\[([^\]]*)\]")]
    private static partial Regex Applications();
}
