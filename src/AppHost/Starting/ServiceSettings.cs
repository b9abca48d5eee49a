using System.Security.Cryptography;
using System.Text;

namespace GoCart.AppHost.Starting;

/// <summary>The environment variables a service is started with; docs/operations.md says what each means.</summary>
internal sealed class ServiceSettings(StoreLayout layout, StoreConnections connections, DataFolder folder)
{
    /// <summary>What marks a process as one of this store's, for the run after a crash.</summary>
    public const string FolderVariable = "GOCART_DATA";

    public Dictionary<string, string?> For(ServiceCopy copy)
    {
        var settings = Shared(copy.Service);
        settings["Urls"] = copy.Address.OriginalString;
        foreach (var service in StoreLayout.Services.Where(service => service != StoreLayout.Gateway))
            settings[$"Services__{StoreLayout.ProjectOf(service)}"] = layout.AddressesOf(service);
        return settings;
    }

    /// <summary>Null when somebody else migrates this database.</summary>
    public Dictionary<string, string?>? ForMigrations(string service)
    {
        if (connections.Databases[service].Owner is not { } owner)
            return null;

        var settings = Shared(service);
        settings["ConnectionStrings__Migrations"] = owner;
        // It lives for a second: compiling quickly counts, not compiling well.
        settings["DOTNET_TieredPGO"] = "0";
        return settings;
    }

    private Dictionary<string, string?> Shared(string service)
    {
        var settings = new Dictionary<string, string?>
        {
            [FolderVariable] = folder.Path,
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Paging__Key"] = PagingKey(),
            // Addresses that an image or a shell has set for its own programs.
            ["ASPNETCORE_URLS"] = null,
            ["ASPNETCORE_HTTP_PORTS"] = null,
            ["ASPNETCORE_HTTPS_PORTS"] = null,
            ["DOTNET_URLS"] = null,
        };
        if (service == "users")
            settings["Auth__SigningKeyFile"] = folder.File("signing-key.pem");
        if (connections.Databases.TryGetValue(service, out var database))
            settings["ConnectionStrings__Database"] = database.Service;
        if (connections.Brokers.TryGetValue(service, out var broker))
            settings["ConnectionStrings__Broker"] = broker;
        return settings;
    }

    /// <summary>32 bytes, the same for every copy and after every start: a page's cursor stays good.</summary>
    private string PagingKey() =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(folder.Passwords.Of("paging-key"))));
}
