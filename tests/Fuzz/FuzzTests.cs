using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GoCart.Tests.BadInput;
using GoCart.Tests.EndToEnd;
using GoCart.Tests.Gateway;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Fuzz;

/// <summary>
/// Requests made at random after the OpenAPI document, good and bad. Whatever comes, the answer is a documented one of the promised
/// form, never an error of ours; and when all is over the store's books are right, which <see cref="AuditedStore"/> checks.
/// </summary>
/// <remarks><c>GOCART_FUZZ_SECONDS</c> lets it run for longer, <c>GOCART_TEST_SEED</c> again as it ran when it failed.</remarks>
public sealed partial class FuzzTests(AuditedStore store) : IClassFixture<AuditedStore>
{
    /// <summary>After how many requests with the same two users others follow: by then their tokens may be of no use.</summary>
    private const int UsersFor = 400;
    private const int MaxIds = 400;

    /// <summary>How often a request is sent again that found the store too busy, as its answer asks; on a busy machine that is no fault.</summary>
    private const int Patience = 5;

    private readonly ConcurrentDictionary<string, int> _statuses = new();
    private readonly ConcurrentDictionary<string, int> _operations = new();
    private readonly List<string> _ids = [$"{Guid.NewGuid()}"];
    private Random _random = new();
    private string _admin = "";
    private int _repeated;

    private static TimeSpan Duration => TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("GOCART_FUZZ_SECONDS") ?? "5", CultureInfo.InvariantCulture));

    [Fact]
    public async Task No_request_leads_to_an_error_of_ours_or_to_an_answer_that_is_not_documented()
    {
        var seed = Seed.Next();
        _random = new Random(seed);
        var document = await DocumentAsync();
        var check = new AnswerCheck(document);
        var operations = document.Operations.ToList();

        var started = Stopwatch.GetTimestamp();
        var count = 0;
        for (RequestMaker? requests = null; Stopwatch.GetElapsedTime(started) < Duration || count < operations.Count; count++)
        {
            if (count % UsersFor == 0)
                requests = new RequestMaker(_random, document, _ids, (await store.Clients.CustomerAsync()).AccessToken, await SignInAdminAsync());

            var operation = operations[count < operations.Count ? count : _random.Next(operations.Count)];
            if (operation.IsSlow && _random.Next(10) > 0)
                continue;
            await SendAsync(requests!.Make(operation), check, $"{Seed.Variable}={seed}, request {count}");
        }
        Report(seed, Stopwatch.GetElapsedTime(started));
    }

    private async Task SendAsync(FuzzRequest request, AnswerCheck check, string name)
    {
        var door = _random.Next(3) == 0 ? ServiceOf(request.Operation) : store.Gateway;
        var answer = RawAnswer.Parse(await RawHttp.SendAsync(door.Address, request.Bytes));
        for (var times = 0; times < Patience && IsBusy(answer); times++)
        {
            _repeated++;
            answer = RawAnswer.Parse(await RawHttp.SendAsync(door.Address, request.Bytes));
        }
        var fault = check.FaultOf(request, answer);
        Assert.True(fault is null, $"{name}: {fault}\n{request}\n\n{answer.Text}");

        _statuses.AddOrUpdate($"{answer.Status}", 1, (_, times) => times + 1);
        _operations.AddOrUpdate($"{request.Operation}", 1, (_, times) => times + 1);
        // What was made is what later requests ask for, change and delete; all but the administrator who is needed to the end.
        foreach (var id in Id().Matches(answer.Body).Select(match => match.Groups[1].Value).Where(id => id != _admin).Take(3))
        {
            if (_ids.Count < MaxIds)
                _ids.Add(id);
            else
                _ids[_random.Next(_ids.Count)] = id;
        }
    }

    /// <summary>Turned away because of load, ours and other tests', and not because something broke: that would be a finding.</summary>
    private static bool IsBusy(RawAnswer answer) =>
        answer.Status == 503 && Refusals.FaultOf(answer) is null && answer.Body.Contains("try again in a second", StringComparison.Ordinal);

    private async Task<string> SignInAdminAsync()
    {
        var admin = await store.Clients.SignInAsync("admin@example.com", "admin123");
        _admin = $"{admin.Id}";
        return admin.AccessToken;
    }

    private RunningService ServiceOf(ApiOperation operation) => operation.Path.Split('/') switch
    {
        [_, "api", "users" or "login" or "refresh" or "revoke" or "me", ..] or [_, "admin", "users", ..] => store.Users,
        [_, "api" or "admin", "products", ..] => store.Products,
        [_, "api", "cart", ..] => store.Carts,
        [_, "api" or "admin", "orders", ..] => store.Orders,
        // The gateway's own and what is of several services.
        _ => store.Gateway,
    };

    private async Task<ApiDocument> DocumentAsync()
    {
        using var client = store.Gateway.CreateClient();
        return new(await client.GetFromJsonAsync<JsonObject>("/openapi/v1.json") ?? []);
    }

    private void Report(int seed, TimeSpan time) => TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {_statuses.Values.Sum()} requests in {time.TotalSeconds:0} s, {Seed.Variable}={seed}.
        By status: {string.Join(", ", _statuses.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: {entry.Value}"))}.
        Of {_operations.Count} operations {_operations.Values.Min()} to {_operations.Values.Max()} times each; {_repeated} sent again because the store was busy.
        """));

    [GeneratedRegex("\"id\":\"([0-9a-f-]{36})\"")]
    private static partial Regex Id();
}
