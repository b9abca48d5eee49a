using System.Net;
using System.Net.Sockets;

namespace GoCart.AppHost.Local;

/// <summary>RabbitMQ in a container.</summary>
internal sealed class RabbitContainer(RabbitSettings settings) : RabbitServer(settings)
{
    private const int InnerPort = 5672;
    private const int InnerManagementPort = 15672;
    private const string DefinitionsFile = "/etc/rabbitmq/definitions.json";

    public override Task EndLeftoversAsync(CancellationToken cancellationToken)
    {
        Containers.RemoveLeftover(Containers.RabbitImage, Settings.Folder);
        return Task.CompletedTask;
    }

    public override Task DeleteDataAsync(CancellationToken cancellationToken)
    {
        Containers.DeleteData(Containers.RabbitImage, Settings.Folder);
        return Task.CompletedTask;
    }

    protected override async Task<ChildCommand> PrepareAsync(CancellationToken cancellationToken)
    {
        PrivateFolder.Create(Settings.Folder, owner: null);
        await EndLeftoversAsync(cancellationToken);
        await Containers.FetchAsync(Containers.RabbitImage, Settings.Folder, Settings.LogFile, cancellationToken);

        // The broker's user in the container is not ours: it can read these because others can, and only through the
        // mount, since the folder they lie in is closed to others.
        var configuration = WriteReadable("rabbitmq.conf", Configuration("0.0.0.0", InnerPort, InnerManagementPort, DefinitionsFile));
        var definitions = WriteReadable("definitions.json", RabbitDefinitions.Json(Settings.PasswordOf));
        var volume = Containers.VolumeFor(Containers.RabbitImage, Settings.Folder);

        return Containers.Command(
            "RabbitMQ", Containers.RabbitImage, Settings.Folder, Settings.LogFile, Signal.Terminate,
            [
                "--publish", $"127.0.0.1:{Settings.Port}:{InnerPort}",
                "--publish", $"127.0.0.1:{Settings.ManagementPort}:{InnerManagementPort}",
                // The data belong to the node of this name.
                "--hostname", "gocart",
                "--volume", $"{volume}:/var/lib/rabbitmq",
                "--volume", $"{configuration}:/etc/rabbitmq/conf.d/90-gocart.conf:ro",
                "--volume", $"{definitions}:{DefinitionsFile}:ro",
            ]);
    }

    /// <summary>The engine takes connections before the broker does, so the broker has to answer.</summary>
    protected override async Task<bool> IsReadyAsync(ChildProcess child, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Settings.Port, cancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellationToken);
            // connection.start begins with the type of a method frame.
            var answer = new byte[1];
            return await stream.ReadAsync(answer, cancellationToken) == 1 && answer[0] == 1;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private string WriteReadable(string name, string text)
    {
        var path = Path.Combine(Settings.Folder, name);
        PrivateFolder.WriteFile(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return path;
    }
}
