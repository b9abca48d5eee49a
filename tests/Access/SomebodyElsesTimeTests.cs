using System.Diagnostics;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Access;

/// <summary>The time of a 404 does not tell whether there is something.</summary>
[Collection(MeasuresTime.Name)]
public sealed class SomebodyElsesTimeTests(AccessStore store) : IClassFixture<AccessStore>
{
    private const int Tries = 200;

    [Fact]
    public async Task Somebody_elses_takes_as_long_as_nothing()
    {
        var routes = store.Endpoints.Where(endpoint => endpoint.Service != store.Gateway).ToList();
        foreach (var thing in await SomebodyElses.CreateAsync(store))
        {
            foreach (var route in routes.Where(endpoint => endpoint.Path == thing.Route))
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{route.Method} {route.Path}, somebody else's and nothing:");
                var ratio = await MeasuresTime.RatioAsync(
                    Tries, _ => TimeAsync(route, $"{thing.Id}"), _ => TimeAsync(route, $"{Guid.NewGuid()}"));
                Assert.InRange(ratio, 0.75, 1.33);
            }
        }
    }

    private async Task<TimeSpan> TimeAsync(MappedRoute route, string id)
    {
        using var client = route.Service.CreateClient();
        using var request = SomebodyElses.Request(route, id, store.TokenOf("other customer")!);
        var started = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request);
        return Stopwatch.GetElapsedTime(started);
    }
}
