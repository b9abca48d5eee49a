using GoCart.Faults.Load;
using GoCart.Faults.Store;

namespace GoCart.Faults.Catalogue;

/// <summary>All services and the broker are killed together, and started in an order that chance decides.</summary>
internal sealed class EverythingKilled : Fault
{
    public override string Name => "everything-killed";

    public override IReadOnlyList<Route> Suffers => Routes.All;

    public override bool TakesGateway => true;

    public override Task InjectAsync(Scene scene) => Task.WhenAll(
        scene.Store.Services.Select(service => service.KillAsync()).Append(scene.Store.Broker.KillAsync()));

    public override async Task HealAsync(Scene scene)
    {
        Func<Task>[] starts =
        [
            .. scene.Store.Services.Select(service => (Func<Task>)(() => service.StartAsync())),
            () => scene.Store.Broker.StartAsync(scene.Cancelled),
        ];
        scene.Random.Shuffle(starts);

        var starting = new List<Task>();
        foreach (var start in starts)
        {
            starting.Add(start());
            await Task.Delay(scene.Random.NextDouble() * TimeSpan.FromSeconds(0.5), scene.Cancelled);
        }

        await Task.WhenAll(starting);
    }
}

/// <summary>Products dies every second, ten times, with hundreds of events handed out to it: none of them may be given up.</summary>
internal sealed class ConsumerCrashLoop : Fault
{
    private const int Crashes = 10;
    private const int Backlog = 200;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);

    public override string Name => "consumer-crash-loop";

    public override Length Length => default;

    public override IReadOnlyList<Route> Suffers => Routes.Of("products");

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(2);

    public override async Task InjectAsync(Scene scene)
    {
        var line = scene.Store.Lines.Between("products", Lines.Broker);
        line.Refuse();
        await Burst.PlaceOrdersAsync(scene.Shop, Backlog, scene.Cancelled);
        line.Resume();

        var products = scene.Store["products"];
        for (var crash = 0; crash < Crashes; crash++)
        {
            await Task.Delay(Life, scene.Cancelled);
            await products.KillAsync();
            if (crash < Crashes - 1)
                await products.StartAsync();
        }
    }

    public override Task HealAsync(Scene scene) => scene.Store["products"].StartAsync();
}

/// <summary>
/// The keys' endpoint is away: who has the keys goes on, who starts without them says 503 and joins later, and a token of an
/// unknown key is refused.
/// </summary>
internal sealed class KeysAway : Fault
{
    private System.Net.HttpStatusCode _forStranger;

    public override string Name => "keys-away";

    public override IReadOnlyList<Route> Suffers => [Route.Account, .. Routes.Of("orders")];

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(2);

    public override async Task InjectAsync(Scene scene)
    {
        await scene.Store["users"].KillAsync();
        await scene.Store["orders"].KillAsync();
        await scene.Store["orders"].StartAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/cart", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", TokenMint.OfStranger().Issue(Guid.CreateVersion7()));
        using var response = await scene.Shop.Http.SendAsync(request);
        _forStranger = response.StatusCode;
    }

    public override Task HealAsync(Scene scene) => scene.Store["users"].StartAsync();

    public override Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene) => Task.FromResult<IReadOnlyList<BrokenPromise>>(
        _forStranger == System.Net.HttpStatusCode.Unauthorized ? [] : [new(Name, $"a token of an unknown key was answered {(int)_forStranger}, not 401")]);
}

/// <summary>
/// Two copies of each service are stopped and started one after the other, again and again until ten thousand requests have
/// come meanwhile, and nobody notices.
/// </summary>
internal sealed class RollingRestart : Fault
{
    private const double ExtraRate = 60;
    private const int Requests = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<string> _unclean = [];
    private (TimeSpan From, TimeSpan To) _during;

    public override string Name => "rolling-restart";

    public override Length Length => Length.Seconds(1, 2);

    public override int Copies => 2;

    public override async Task InjectAsync(Scene scene)
    {
        var from = scene.Log.Now;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(scene.Cancelled);
        var extra = new MixedLoad(scene.Shop, ExtraRate, scene.Random.Next()).RunAsync(done.Token);
        var copies = scene.Store.Services.Skip(1).ToList(); // not the gateway, of which there is one
        for (var next = 0; next < copies.Count || scene.Log.Between(from, scene.Log.Now).Count() < Requests; next++)
        {
            var copy = copies[next % copies.Count];
            if (!await copy.TerminateAsync(Patience))
                _unclean.Add(copy.Name);
            await copy.StartAsync();
            await copy.WaitUntilReadyAsync(scene.Cancelled);
        }

        await done.CancelAsync();
        await extra;
        _during = (from, scene.Log.Now);
    }

    public override Task HealAsync(Scene scene) => Task.CompletedTask;

    public override Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene)
    {
        var requests = scene.Log.Between(_during.From, _during.To).ToList();
        var failed = requests.FindAll(exchange => exchange.IsUnavailable);
        return Task.FromResult<IReadOnlyList<BrokenPromise>>(
        [
            .. failed.Count > 0
                ? [new BrokenPromise(Name, $"{failed.Count} of {requests.Count} requests failed, such as {string.Join("; ", failed.Take(3))}")]
                : Array.Empty<BrokenPromise>(),
            .. _unclean.Select(copy => new BrokenPromise(Name, $"{copy} did not stop by itself in {Patience.TotalSeconds:0} s with exit code 0")),
        ]);
    }
}
