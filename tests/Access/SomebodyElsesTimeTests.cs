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
                // By turns, so that whatever else the machine does meets both.
                var (stranger, nothing) = (new List<double>(), new List<double>());
                for (var i = 0; i < Tries; i++)
                {
                    stranger.Add(await MillisecondsAsync(route, $"{thing.Id}"));
                    nothing.Add(await MillisecondsAsync(route, $"{Guid.NewGuid()}"));
                }

                var (theirs, none) = (Median(stranger), Median(nothing));
                TestContext.Current.TestOutputHelper?.WriteLine(
                    $"{route.Method} {route.Path}: somebody else's {theirs:0.000} ms, nothing {none:0.000} ms (medians of {Tries})");
                Assert.InRange(theirs / none, 0.75, 1.33);
            }
        }
    }

    private async Task<double> MillisecondsAsync(MappedRoute route, string id)
    {
        using var client = route.Service.CreateClient();
        using var request = SomebodyElses.Request(route, id, store.TokenOf("other customer")!);
        var started = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
