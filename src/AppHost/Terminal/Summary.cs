using GoCart.AppHost.Starting;
using Spectre.Console;

namespace GoCart.AppHost.Terminal;

/// <summary>What runs where, and what to type next.</summary>
internal static class Summary
{
    /// <param name="console">Where it goes.</param>
    /// <param name="layout">What listens where.</param>
    /// <param name="folder">Where the logs are.</param>
    /// <param name="servers">Null: they run elsewhere.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="isSeeded">The administrator is there.</param>
    /// <param name="givenUp">Copies that did not get ready.</param>
    /// <param name="elapsed">From the command to a store that answers.</param>
    public static void Write(
        IAnsiConsole console, StoreLayout layout, DataFolder folder, PrivateServers? servers, RunOptions options,
        bool isSeeded, IReadOnlyCollection<ServiceCopy> givenUp, TimeSpan elapsed)
    {
        var table = new Table().RoundedBorder().AddColumns("What", "Where", "Good to know");
        foreach (var copy in layout.Copies)
        {
            var note = copy.Service == StoreLayout.Gateway ? $"the API; its description: {new Uri(copy.Address, "docs")}" : "";
            Add(copy.Name, copy.Address.OriginalString, givenUp.Contains(copy) ? "NOT READY" : note);
        }

        if (servers is not null)
        {
            Add("PostgreSQL", $"127.0.0.1:{layout.PostgresPort}", "databases users, products, carts, orders");
            Add("RabbitMQ", $"127.0.0.1:{layout.RabbitPort}", "");
            Add("RabbitMQ's page", servers.Rabbit.Management.OriginalString,
                $"login {servers.ManagementLogin.Name}, password in {folder.File("operator.json")}");
        }

        console.WriteLine();
        console.Write(table);
        if (isSeeded)
            console.WriteLine("Admin: admin@example.com, password admin123");
        console.WriteLine($"Logs:  {folder.File("logs")}");
        console.WriteLine($"Next:  dotnet run --project src/Cli{ServerOption(layout, options)}");
        if (givenUp.Count == 0)
        {
            console.MarkupLineInterpolated($"[green]The store is open[/] after {elapsed.TotalSeconds:0.0} s. Ctrl-C closes it.");
        }
        else
        {
            var names = string.Join(", ", givenUp.Select(copy => copy.Name).Order());
            console.MarkupLineInterpolated($"[red]The store is not whole[/]: {names} did not get ready. Ctrl-C closes it.");
        }

        void Add(string what, string where, string note) => table.AddRow(new Text(what), new Text(where), new Text(note));
    }

    private static string ServerOption(StoreLayout layout, RunOptions options) =>
        options.PortOffset == 0 ? "" : $" -- --server {layout.GatewayAddress.OriginalString}";
}
