using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GoCart.AppHost.Local;

/// <summary>
/// The broker's users, what each may do, and the exchanges they share, in the form RabbitMQ imports when it boots. Queues are not
/// here: the services declare theirs.
/// </summary>
internal static class RabbitDefinitions
{
    /// <summary>May do everything and use the management page.</summary>
    public const string Administrator = "operator";

    /// <summary>The services that send or receive events, each with a user of its name.</summary>
    public static readonly IReadOnlyList<string> Services = ["products", "carts", "orders"];

    public static readonly IReadOnlyList<string> Users = [.. Services, Administrator];

    /// <summary>Exchanges of events, and the one that dead letters go through, by their type.</summary>
    public static readonly IReadOnlyList<(string Name, string Type)> Exchanges =
        [("orders", "topic"), ("stock", "topic"), ("dead-letters", "direct")];

    /// <summary>For load_definitions.</summary>
    public static string Json(Func<string, string> passwordOf) => JsonSerializer.Serialize(new
    {
        vhosts = new[] { new { name = "/" } },
        users = Users.Select(user => new
        {
            name = user,
            password_hash = Hash(passwordOf(user)),
            hashing_algorithm = "rabbit_password_hashing_sha256",
            tags = user == Administrator ? (string[])["administrator"] : [],
        }),
        permissions = Users.Select(user =>
        {
            var (configure, write, read) = Permissions(user);
            return new { user, vhost = "/", configure, write, read };
        }),
        topic_permissions = Services.SelectMany(user => TopicPermissions(user).Select(topic =>
            new { user, vhost = "/", exchange = topic.Exchange, write = topic.Write, read = topic.Read })),
        exchanges = Exchanges.Select(exchange => new
        {
            name = exchange.Name,
            vhost = "/",
            type = exchange.Type,
            durable = true,
            auto_delete = false,
            @internal = false,
            arguments = new { },
        }),
    });

    /// <summary>
    /// A service declares its own queues, which are named after it; it publishes to the exchange it owns, and reads its own
    /// queues. Binding a queue needs write on the queue and read on the exchange, naming a dead-letter exchange needs write on that.
    /// </summary>
    public static (string Configure, string Write, string Read) Permissions(string user)
    {
        if (user == Administrator)
            return (".*", ".*", ".*");

        var publishesTo = user switch { "orders" => "orders|", "products" => "stock|", _ => "" };
        var ownQueues = $@"{user}\..+";
        return ($"^{ownQueues}$",
            $"^({publishesTo}dead-letters|{ownQueues})$",
            $"^(orders|stock|dead-letters|{ownQueues})$");
    }

    /// <summary>
    /// Of the exchanges' events, which a service may publish (write) and which its queues may be bound to (read): a service
    /// that is broken into can neither speak for another nor listen to what is none of its business.
    /// https://www.rabbitmq.com/docs/access-control#topic-authorisation
    /// </summary>
    public static IReadOnlyList<(string Exchange, string Write, string Read)> TopicPermissions(string service)
    {
        const string None = "^$";
        const string OrderEvents = @"^order\.(created|cancelled)$";
        const string StockEvents = @"^stock\.(reserved|rejected)$";

        return service switch
        {
            "orders" => [("orders", OrderEvents, None), ("stock", None, StockEvents)],
            "products" => [("orders", None, OrderEvents), ("stock", StockEvents, None)],
            "carts" => [("orders", None, @"^order\.created$"), ("stock", None, None)],
            _ => throw new ArgumentOutOfRangeException(nameof(service), service, "It uses no broker."),
        };
    }

    /// <summary>https://www.rabbitmq.com/docs/passwords: base64 of salt and SHA-256 of salt and password.</summary>
    private static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]);
    }
}
