using System.Security.Cryptography;
using System.Text;

namespace GoCart.AppHost.Local;

/// <summary>
/// Servers in containers, for machines where nothing may be installed: <c>docker run</c> stays in the foreground as our
/// child and passes signals on, so a container starts, stops and dies like any other child.
/// </summary>
internal static class Containers
{
    public const string PostgresImage = "postgres:16";
    public const string RabbitImage = "rabbitmq:3-management";

    /// <summary>Fetches an image that is not there yet, which may take minutes.</summary>
    public static async Task FetchAsync(string image, string folder, string logFile, CancellationToken cancellationToken)
    {
        if (Tool.Output("docker", "image", "inspect", image) is not null)
            return;

        var fetch = await ChildProcess.StartAsync(new ChildCommand("docker pull", "docker", "pull", image)
        {
            LogFile = logFile,
            WorkingDirectory = folder,
        });
        if (await fetch.Exited.WaitAsync(cancellationToken) != 0)
            throw ServerFailedException.From(fetch, $"could not fetch {image}");
    }

    /// <param name="settings">Options of docker run that are the server's own.</param>
    /// <param name="arguments">For the program in the container.</param>
    public static ChildCommand Command(
        string name, string image, string folder, string logFile, Signal onParentDeath,
        IEnumerable<string> settings, params IEnumerable<string> arguments) =>
        new(name, "docker", ["run", "--rm", "--name", NameFor(image, folder), .. settings, image, .. arguments])
        {
            LogFile = logFile,
            WorkingDirectory = folder,
            ParentDeathSignal = onParentDeath,
        };

    /// <summary>Takes away a container that outlived an earlier run; none is no error.</summary>
    public static void RemoveLeftover(string image, string folder) =>
        Tool.Output("docker", "rm", "--force", NameFor(image, folder));

    /// <summary>Where a server keeps its data: a volume, since files of a container's users could not be deleted by us.</summary>
    public static string VolumeFor(string image, string folder) => NameFor(image, folder) + "-data";

    /// <exception cref="ServerFailedException">It is still there.</exception>
    public static void DeleteData(string image, string folder)
    {
        RemoveLeftover(image, folder);
        var volume = VolumeFor(image, folder);
        // By force: a volume that was never made is no error.
        if (Tool.Output("docker", "volume", "rm", "--force", volume) is null)
            throw new ServerFailedException($"The data could not be deleted. Try: docker volume rm {volume}");
    }

    /// <summary>One name a data folder: two stores on one machine have containers of their own.</summary>
    private static string NameFor(string image, string folder)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)));
        return $"gocart-{image.Split(':')[0]}-{hash[..12]}";
    }
}
