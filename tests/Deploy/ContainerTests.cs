using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Database;
using GoCart.Tests.Infrastructure;
using Npgsql;
using RabbitMQ.Client;

namespace GoCart.Tests.Deploy;

/// <summary>What the containers of deploy/ run, as plain processes: no container engine is needed to know that it works.</summary>
public sealed partial class ContainerTests(LocalServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_containers_migrate_serve_and_are_healthy_in_production_and_an_operator_looks_after_them()
    {
        await using var databases = await servers.CreateDatabasesAsync(Cancelled);
        await using var virtualHost = await servers.CreateVirtualHostAsync(Cancelled);
        await using var store = new ContainerStore(servers, databases, virtualHost);

        await Task.WhenAll(StoreDatabases.Names.Select(store.CreateDatabaseAsync));
        await Task.WhenAll(StoreDatabases.Names.Select(store.MigrateAsync));
        Assert.NotEqual(0, (await store.HealthAsync("users")).ExitCode);
        string[] services = [.. StoreDatabases.Names, "gateway"];
        foreach (var service in services)
            await store.ServeAsync(service);
        await Task.WhenAll(services.Select(service => Eventually.AssertAsync(async () =>
        {
            var health = await store.HealthAsync(service);
            Assert.True(health.ExitCode == 0, $"{service}: {health.Output}{health.Errors}");
        })));

        await store.GoCartAsync("a good password\n", "admin", "create", "--email", "first@example.com", "--password-stdin");
        var admin = await new StoreClients(store.Gateway).SignInAsync("first@example.com", "a good password");
        using var orders = await admin.Http.GetAsync(new Uri("/admin/orders", UriKind.Relative), Cancelled);
        Assert.True(orders.IsSuccessStatusCode, $"{orders.StatusCode}");
        await store.GoCartAsync("", "audit");

        await store.StopAsync();
    }

    [Fact]
    public async Task The_roles_of_a_database_container_may_enter_no_database_but_their_own_and_no_address_gets_into_the_log_of_users()
    {
        var server = await servers.CreatePostgresAsync("container-postgres");
        await server.StartAsync(Cancelled);
        try
        {
            var superuser = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Pooling = false };
            await ContainerStore.CreateDatabaseAsync(superuser, "carts");

            await using var db = NpgsqlDataSource.Create(superuser);
            var open = await db.QueryAsync<string>(
                """
                select rolname || ' ' || datname from pg_roles, pg_database
                where rolcanlogin and not rolsuper and datallowconn and has_database_privilege(rolname, datname, 'connect')
                order by rolname
                """, null, Cancelled);
            Assert.Equal(["carts carts", "carts_auditor carts", "carts_owner carts"], open);

            await ContainerStore.CreateDatabaseAsync(superuser, "users");
            superuser.Database = "users";
            await using var users = NpgsqlDataSource.Create(superuser);
            Assert.Equal(["terse"], await users.QueryAsync<string>("show log_error_verbosity", null, Cancelled));
        }
        finally
        {
            await server.StopAsync(TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public async Task The_broker_container_gives_every_service_the_rights_it_has_on_one_machine()
    {
        var file = Path.Combine(servers.Folder, $"definitions-{Guid.NewGuid():N}.json");
        await WriteDefinitionsAsync(file);
        // Again, as at the container's next start.
        await WriteDefinitionsAsync(file);

        using var definitions = JsonDocument.Parse(await File.ReadAllTextAsync(file, Cancelled));
        var permissions = definitions.RootElement.GetProperty("permissions").EnumerateArray().ToDictionary(
            permission => permission.GetProperty("user").GetString()!, // every permission names its user
            permission => (permission.GetProperty("configure").GetString()!,
                permission.GetProperty("write").GetString()!,
                permission.GetProperty("read").GetString()!));
        Assert.Equal(RabbitDefinitions.Users.Order(), permissions.Keys.Order());
        Assert.All(RabbitDefinitions.Users, user => Assert.Equal(RabbitDefinitions.Permissions(user), permissions[user]));

        using var onOneMachine = JsonDocument.Parse(RabbitDefinitions.Json(_ => "any"));
        Assert.All((string[])["topic_permissions", "exchanges"], part => Assert.Equal(TextOf(onOneMachine, part), TextOf(definitions, part)));
    }

    [Fact]
    public async Task A_broker_takes_the_definitions_and_lets_the_services_in_with_the_passwords_of_the_environment()
    {
        var file = Path.Combine(servers.Folder, $"definitions-{Guid.NewGuid():N}.json");
        await WriteDefinitionsAsync(file);
        var broker = await servers.StartRabbitAsync("container-rabbitmq");
        try
        {
            using var management = new HttpClient { BaseAddress = broker.Management };
            var login = new Uri(broker.AddressFor(RabbitDefinitions.Administrator)).UserInfo;
            management.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
            using var definitions = new StringContent(await File.ReadAllTextAsync(file, Cancelled), Encoding.UTF8, "application/json");

            using var imported = await management.PostAsync(new Uri("api/definitions", UriKind.Relative), definitions, Cancelled);
            Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync(Cancelled));

            await using var products = await new ConnectionFactory { Uri = new Uri($"amqp://products:p@127.0.0.1:{broker.Port}/") }
                .CreateConnectionAsync(Cancelled);
            await using var channel = await products.CreateChannelAsync(cancellationToken: Cancelled);
            await channel.ExchangeDeclarePassiveAsync("stock", Cancelled);
        }
        finally
        {
            await broker.StopAsync(TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task The_brokers_own_user_can_read_what_root_has_written_for_it()
    {
        var user = SystemUser.ForServer("rabbitmq");
        Assert.SkipUnless(user is { Name: "rabbitmq" }, "Only root writes files for the broker's own user.");

        var file = Path.Combine(Directory.CreateTempSubdirectory("gocart-definitions-").FullName, "definitions.json");
        await WriteDefinitionsAsync(file);

        var owner = await ProgramRun.OfSuccessAsync(new ProcessStartInfo("stat", ["--format", "%u %a", file]));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true); // a full path

        Assert.Equal($"{user?.Id} 600", owner.Trim());
    }

    [Fact]
    public async Task The_example_environment_names_every_variable_that_the_compose_files_need()
    {
        var compose = await File.ReadAllTextAsync(Repository.Path("deploy/compose.yaml"), Cancelled)
            + await File.ReadAllTextAsync(Repository.Path("deploy/compose.cluster.yaml"), Cancelled);
        var example = await File.ReadAllTextAsync(Repository.Path("deploy/.env.example"), Cancelled);

        var needed = Variable().Matches(compose).Where(match => !match.Value.Contains(":-", StringComparison.Ordinal))
            .Select(match => match.Groups[1].Value).Distinct();
        var given = example.Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=')[0]).ToHashSet();

        Assert.All(needed, name => Assert.Contains(name, given));
    }

    [Fact]
    public async Task A_node_of_a_cluster_keeps_the_secret_of_the_nodes_in_a_file_and_out_of_the_environment()
    {
        var folder = Directory.CreateTempSubdirectory("gocart-node-").FullName;
        var run = new ProcessStartInfo("bash", [Repository.Path("deploy/rabbitmq/node.sh"), "env"])
        {
            Environment =
            {
                ["RABBITMQ_HOME"] = folder,
                ["DEFINITIONS"] = Path.Combine(folder, "definitions.json"),
                ["ERLANG_COOKIE"] = "secretOfTheNodes",
                ["OPERATOR_PASSWORD"] = "o",
                ["PRODUCTS_PASSWORD"] = "p",
                ["CARTS_PASSWORD"] = "c",
                ["ORDERS_PASSWORD"] = "s",
            },
        };

        var environment = await ProgramRun.OfSuccessAsync(run);
        // Again, as at the container's next start.
        await ProgramRun.OfSuccessAsync(run);
        var cookie = Path.Combine(folder, ".erlang.cookie");
        var (text, mode) = (await File.ReadAllTextAsync(cookie, Cancelled), File.GetUnixFileMode(cookie));
        Directory.Delete(folder, recursive: true);

        Assert.DoesNotContain("secretOfTheNodes", environment, StringComparison.Ordinal);
        Assert.Equal(("secretOfTheNodes", UnixFileMode.UserRead), (text, mode));
    }

    private static string TextOf(JsonDocument definitions, string part) => JsonSerializer.Serialize(definitions.RootElement.GetProperty(part));

    private static Task<string> WriteDefinitionsAsync(string file) => ProgramRun.OfSuccessAsync(
        new ProcessStartInfo("bash", [Repository.Path("deploy/rabbitmq/start.sh"), "true"])
        {
            Environment =
            {
                ["DEFINITIONS"] = file,
                ["OPERATOR_PASSWORD"] = "o",
                ["PRODUCTS_PASSWORD"] = "p",
                ["CARTS_PASSWORD"] = "c",
                ["ORDERS_PASSWORD"] = "s",
            },
        });

    [GeneratedRegex(@"\$\{([A-Z_]+)[^}]*\}")]
    private static partial Regex Variable();
}
