using System.Net;
using GoCart.Tests.BadInput.Rows;
using GoCart.Tests.Gateway;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.BadInput;

/// <summary>
/// The table of requests that must be refused, a file for each class in Rows/. Every one through the gateway and straight at its
/// service: status and code as the table says, nothing stored, nothing told that is nobody's business, and the server goes on.
/// </summary>
public sealed class BadInputTests(BadInputStore store) : IClassFixture<BadInputStore>
{
    private static readonly Dictionary<string, BadRequest> Table = ((IEnumerable<BadRequest>)
    [
        .. JsonForm.Rows, .. Numbers.Rows, .. Texts.Rows, .. Ids.Rows, .. Headers.Rows, .. Tokens.Rows, .. SignIns.Rows, .. Paths.Rows,
        .. Methods.Rows, .. SizeAndType.Rows, .. Queries.Rows, .. Framing.Rows, .. Business.Rows,
    ]).ToDictionary(row => row.Id);

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_request_is_refused_and_has_no_effect(string name)
    {
        var request = Table[name];
        // Filled in late: tokens are long, and the table should be read.
        var token = await store.TokenOfAsync(request.Sender);
        string Fill(string text) => store.Fill(text).Replace("{customer token}", store.Customer.AccessToken, StringComparison.Ordinal);
        // What comes after a broken request must not be taken for another.
        byte[] after = request.Raw is null ? [] : "GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray();

        RunningService[] doors = request.Door switch
        {
            Door.Gateway => [store.Gateway],
            Door.Service => [store.ServiceOf(request)],
            _ => [store.Gateway, store.ServiceOf(request)],
        };
        foreach (var door in doors)
        {
            var answer = RawAnswer.Parse(await RawHttp.SendAsync(door.Address, request.ToBytes(token, Fill), after));

            AssertRefused(request, door == store.Gateway ? "gateway" : request.Service, answer);
            AssertTellsNothing(answer, token);
            await AssertHealthyAsync(door);
        }
        await store.AssertNothingStoredAsync();
    }

    [Fact]
    public void There_are_more_than_250_of_them() => Assert.InRange(Table.Count, 250, int.MaxValue);

    private static void AssertRefused(BadRequest request, string door, RawAnswer answer)
    {
        Assert.True(answer.Count == 1, $"{door}: {answer.Count} answers: {answer.Text}");
        // A line or headers that are too long may also be called so.
        var isExpected = answer.Status == request.Status || answer.Status == request.OrStatus
            || (request is { Raw: not null, Status: 400 } && answer.Status is 414 or 431);
        Assert.True(isExpected, $"{door}: {request.Status} {request.Code} was expected: {answer.Text}");
        if (request.Code is null && answer.Body.Length == 0)
            return;

        Assert.Null(Refusals.FaultOf(answer));
        if (request.Code is not null)
            Assert.Equal(request.Code, Refusals.CodeOf(answer));
    }

    private static void AssertTellsNothing(RawAnswer answer, string? token)
    {
        Assert.Null(Refusals.TelltaleIn(answer));
        Assert.DoesNotContain("password123", answer.Text, StringComparison.Ordinal);
        if (token is not null)
            Assert.DoesNotContain(token, answer.Text, StringComparison.Ordinal);
    }

    private static async Task AssertHealthyAsync(RunningService door)
    {
        using var client = door.CreateClient();
        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }
}
