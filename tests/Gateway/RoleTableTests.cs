using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>The table of docs/security.md, cell by cell: what it says is what the store does.</summary>
public sealed partial class RoleTableTests(RoleTableTests.StaffedStore store) : IClassFixture<RoleTableTests.StaffedStore>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string?, string, bool> Cells
    {
        get
        {
            var cells = new TheoryData<string, string, string?, string, bool>();
            foreach (var row in Rows())
            {
                foreach (var (role, isAllowed) in row.Cells)
                    cells.Add(row.Method, row.Path, row.Body, role, isAllowed);
            }
            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_cell_of_the_table_holds_at_the_gateway_and_at_the_service(
        string method, string path, string? body, string role, bool isAllowed)
    {
        var service = store.ServiceOf(method, path);
        foreach (var at in (RunningService[])[store.Gateway, service])
        {
            using var client = at.CreateClient();
            using var request = new HttpRequestMessage(
                new HttpMethod(method), path.Replace("{id}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal));
            if (store.TokenOf(role) is { } token)
                request.Headers.Authorization = new("Bearer", token);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");

            using var response = await client.SendAsync(request, Cancelled);

            var refusal = role == "nobody" ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden;
            if (isAllowed)
                Assert.True(response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) && (int)response.StatusCode < 500, $"{response.StatusCode}");
            else
                await response.AssertProblemAsync(refusal, role == "nobody" ? "unauthenticated" : "forbidden");
        }
    }

    [Fact]
    public void The_table_has_every_route_of_the_gateway_that_asks_for_a_user()
    {
        var listed = Rows().Select(row => $"{row.Method} {row.Path}").ToHashSet();
        var routes = MappedRoute.Of(store.Gateway).Where(endpoint => !endpoint.IsAnonymous && endpoint.Method != "HEAD")
            .Select(endpoint => $"{endpoint.Method} {endpoint.Path}").ToHashSet();

        Assert.Equal(routes.Order(), listed.Order());
    }

    private static IEnumerable<Row> Rows()
    {
        var lines = File.ReadAllLines(Repository.Path("docs/security.md"));
        var header = Array.FindIndex(lines, line => line.StartsWith("| route |", StringComparison.Ordinal));
        var roles = CellsOf(lines[header])[1..];
        return lines.Skip(header + 2).TakeWhile(line => line.StartsWith('|')).Select(line =>
        {
            var cells = CellsOf(line);
            var route = Route().Match(cells[0]);
            Assert.True(route.Success, line);
            Assert.All(cells[1..], cell => Assert.Contains(cell, (string[])["yes", "no"]));
            return new Row(
                route.Groups["method"].Value, route.Groups["path"].Value,
                route.Groups["body"] is { Success: true } body ? body.Value : null,
                [.. roles.Zip(cells[1..], (role, cell) => (role, cell == "yes"))]);
        });
    }

    private static string[] CellsOf(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];

    [GeneratedRegex("^`(?<method>[A-Z]+) (?<path>[^`]+)`( with `(?<body>[^`]+)`)?$")]
    private static partial Regex Route();

    private sealed record Row(string Method, string Path, string? Body, (string Role, bool IsAllowed)[] Cells);

    /// <summary>A store with one person of every role.</summary>
    public sealed class StaffedStore(LocalServers servers) : StoreFixture(servers)
    {
        private readonly Dictionary<string, string> _tokens = [];

        /// <summary>Null for nobody.</summary>
        public string? TokenOf(string role) => _tokens.GetValueOrDefault(role);

        internal RunningService ServiceOf(string method, string path) =>
            ((RunningService[])[Users, Products, Carts, Orders]).Single(service =>
                MappedRoute.Of(service).Exists(endpoint => endpoint.Method == method && endpoint.Path == path));

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            _tokens[Roles.Admin] = (await Clients.AdminAsync()).AccessToken;
            _tokens[Roles.Customer] = (await Clients.CustomerAsync()).AccessToken;
            foreach (var role in (string[])[Roles.Catalog, Roles.Support])
                _tokens[role] = (await Clients.StaffAsync(role)).AccessToken;
        }
    }
}
