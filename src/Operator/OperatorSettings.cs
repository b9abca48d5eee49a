using System.Text.Json;
using System.Text.Json.Serialization;
using GoCart.Contracts;

namespace GoCart.Operator;

/// <summary>
/// How to reach what the store stands on. <c>dotnet run --project src/AppHost</c> writes it to <c>.gocart/operator.json</c>;
/// for another store its operator does.
/// </summary>
/// <param name="Databases">Connection strings by name: users, products, carts, orders; of a role that may read everything.</param>
/// <param name="Owners">The same with the roles that own the databases; users to create an administrator, orders and products to repair.</param>
/// <param name="Broker"><c>amqp://user:password@host:port/vhost</c>, of a user who may read and write all queues.</param>
/// <param name="Management">The broker's HTTP API, with user and password: <c>http://user:password@host:15672</c>.</param>
/// <param name="RetentionDays">Messaging:RetentionDays of the services: how long they keep the record of what they have sent.</param>
public sealed record OperatorSettings(
    IReadOnlyDictionary<string, string>? Databases,
    IReadOnlyDictionary<string, string>? Owners,
    string? Broker,
    string? Management,
    int RetentionDays = 7)
{
    public const string Variable = "GOCART_OPERATOR_SETTINGS";

    private const string FileName = ".gocart/operator.json";

    /// <summary>The folder of the file; null if these settings come from none.</summary>
    [JsonIgnore]
    public string? Folder { get; init; }

    /// <summary>Where AppHost writes its logs, beside the file; null if there is no such folder.</summary>
    [JsonIgnore]
    public string? Logs => Folder is not null && Path.Combine(Folder, "logs") is var logs && Directory.Exists(logs) ? logs : null;

    /// <summary>
    /// Reads the file that is named, else the one the variable names, else the nearest upwards from the folder: that one only if
    /// nobody else can have written it, for whoever wrote it says which databases the operator trusts.
    /// </summary>
    /// <exception cref="OperatorException">There is none, it cannot be read, or it may be somebody else's.</exception>
    public static OperatorSettings Read(string? path, Func<string, string?> variable, string folder)
    {
        var found = path
            ?? (variable(Variable) is { Length: > 0 } named ? named : Nearest(folder))
            ?? throw new OperatorException(
                $"No {FileName} was found from here upwards; name the file with --settings, or in {Variable}.");
        try
        {
            var settings = JsonSerializer.Deserialize<OperatorSettings>(File.ReadAllText(found), Json.Tolerant)
                ?? throw new JsonException("It is null.");
            return settings with { Folder = Path.GetDirectoryName(Path.GetFullPath(found)) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new OperatorException($"{found} cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="OperatorException">The settings do not have it.</exception>
    public string Database(string name) => Databases?.GetValueOrDefault(name) ?? throw Missing($"databases.{name}");

    /// <inheritdoc cref="Database"/>
    public string Owner(string name) => Owners?.GetValueOrDefault(name) ?? throw Missing($"owners.{name}");

    /// <inheritdoc cref="Database"/>
    public Uri BrokerAddress => Address(Broker, "broker", "amqp", "amqps");

    /// <inheritdoc cref="Database"/>
    public Uri ManagementAddress => Address(Management, "management", "http", "https");

    /// <summary>No log can print the passwords by printing the settings.</summary>
    public override string ToString() => nameof(OperatorSettings);

    private static string? Nearest(string folder)
    {
        for (var directory = new DirectoryInfo(folder); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, FileName);
            if (File.Exists(path))
            {
                return FileOwner.IsOursAlone(path)
                    ? path
                    : throw new OperatorException($"{path} was found, but others can write it; name it with --settings if you trust it.");
            }
        }
        return null;
    }

    private static Uri Address(string? text, string name, params string[] schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme)
            ? address
            : throw new OperatorException($"The operator's settings need \"{name}\", an address that begins with {schemes[0]}://");

    private static OperatorException Missing(string name) => new($"The operator's settings do not have \"{name}\".");
}
