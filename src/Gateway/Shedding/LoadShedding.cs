using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using GoCart.Gateway.Memory;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.Shedding;

/// <summary>
/// Turns away at once what the services cannot answer in time, so that what is let in is answered in time. Each kind of request
/// to each service has a limit of its own; see <see cref="AdaptiveLimit"/> and docs/decisions/0015-shedding.md.
/// </summary>
internal sealed class LoadShedding : IDisposable
{
    /// <summary>Of one kind at one service; see <see cref="AdaptiveLimit"/>.</summary>
    internal const int Fewest = 16;

    /// <summary>Of those who fill a cart or order.</summary>
    internal const int FewestBuying = 48;

    private const string PriorityMetadata = "Priority";
    private const string PlacesOrders = "place-order";

    private readonly ConcurrentDictionary<(string Service, Priority Priority), AdaptiveLimit> _limits = new();
    private readonly Dictionary<string, Priority> _priorities;
    private readonly SheddingOptions _targets;
    private readonly int _maxInFlight;
    private readonly KeptAnswers _kept;
    private readonly TimeProvider _clock;
    private readonly Meter _meter;
    private readonly Counter<long> _shed;

    public LoadShedding(
        IConfiguration configuration, IOptions<SheddingOptions> targets, IOptions<GatewayOptions> gateway, KeptAnswers kept,
        TimeProvider clock, IMeterFactory meters)
    {
        // All of them now: a name that is none keeps the gateway from starting.
        _priorities = configuration.GetSection("ReverseProxy:Routes").GetChildren()
            .ToDictionary(route => route.Key, route => route.GetSection("Metadata").GetValue(PriorityMetadata, Priority.Shopping));
        _targets = targets.Value;
        _maxInFlight = gateway.Value.MaxInFlight;
        _kept = kept;
        _clock = clock;
        _meter = meters.Create("GoCart.Gateway");
        _shed = _meter.CreateCounter<long>("gocart.gateway.shed", "{request}", "Requests turned away because their service is busy.");
        _meter.CreateObservableGauge(
            "gocart.gateway.limit",
            () => _limits.Select(limit => new Measurement<int>(limit.Value.Current, Tags(limit.Key.Service, limit.Key.Priority))),
            "{request}", "Requests of a kind that may be under way at a service.");
    }

    /// <summary>
    /// Before the token is looked at: turning away must cost next to nothing, or many would stop those let in. What can be
    /// answered from memory asks nothing of the service.
    /// </summary>
    public Task RefuseEarlyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is not { Cluster: { } service } route)
            return next(context);

        var priority = PriorityOf(route, context.Request);
        return LimitOf(service, priority).TurnsAway() && !_kept.Has(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "")
            ? RefuseAsync(context, service, priority)
            : next(context);
    }

    /// <summary>
    /// When the whole request is here, and until its answer begins: neither a client that sends slowly nor one that reads slowly
    /// holds a place, and the time is the service's own.
    /// </summary>
    public async Task LimitAsync(HttpContext context, RequestDelegate next)
    {
        var route = context.GetRouteModel();
        var service = route.Cluster ?? throw new InvalidOperationException($"The route {route.Config.RouteId} has no cluster.");
        var priority = PriorityOf(route, context.Request);
        var limit = LimitOf(service, priority);
        if (!await limit.EnterAsync(context.RequestAborted))
        {
            await RefuseAsync(context, service, priority);
            return;
        }

        // Who asks to wait for the stock waits for an event, not for a place; orders lets no more than a few wait. On any other
        // route the header means nothing, and must not be a way past the limit.
        if (route.Config.RouteId == PlacesOrders && context.Request.Headers.ContainsKey("Prefer"))
        {
            limit.Leave(waited: null);
            await next(context);
            return;
        }

        var place = new Place(limit, _clock);
        context.Response.OnStarting(place.GiveBackAsync);
        try
        {
            await next(context);
        }
        finally
        {
            place.GiveBack();
        }
    }

    public void Dispose() => _meter.Dispose();

    private Task RefuseAsync(HttpContext context, ClusterState service, Priority priority)
    {
        _shed.Add(1, Tags(service.ClusterId, priority));
        return BusyAnswer.WriteAsync(context);
    }

    private AdaptiveLimit LimitOf(ClusterState service, Priority priority)
    {
        var key = (service.ClusterId, priority);
        return _limits.TryGetValue(key, out var limit)
            ? limit
            : _limits.GetOrAdd(key, _ => new AdaptiveLimit(
                _targets.Of(priority), FewestOf(priority),
                MostOfACopy(priority) * Math.Max(1, service.DestinationsState.AllDestinations.Count), _clock));
    }

    /// <summary>
    /// Of sign-ins so few that all of them together leave places for the other requests to users, which do not wait for a core
    /// to hash on.
    /// </summary>
    private int MostOfACopy(Priority priority) =>
        priority == Priority.SigningIn ? Math.Max(1, _maxInFlight / 2) : 2 * _maxInFlight;

    /// <summary>When every kind is down to its minimum they share the capacity; buyers have the largest, so that most of it is theirs.</summary>
    private static int FewestOf(Priority priority) => priority is Priority.Shopping or Priority.Ordering ? FewestBuying : Fewest;

    private Priority PriorityOf(RouteModel route, HttpRequest request) =>
        _priorities[route.Config.RouteId] is var priority and not Priority.Browsing ? priority
        : request.QueryString.HasValue && request.Query.ContainsKey("q") ? Priority.Searching
        : Priority.Browsing;

    private static KeyValuePair<string, object?>[] Tags(string service, Priority priority) =>
        [new("service", service), new("priority", priority.ToString())];

    /// <summary>One request's place: given back once, by whichever comes first, the answer's first byte or the end.</summary>
    private sealed class Place(AdaptiveLimit limit, TimeProvider clock)
    {
        private readonly long _taken = clock.GetTimestamp();
        private int _isGivenBack;

        public Task GiveBackAsync()
        {
            GiveBack();
            return Task.CompletedTask;
        }

        public void GiveBack()
        {
            if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
                limit.Leave(clock.GetElapsedTime(_taken));
        }
    }
}
