using GoCart.Bench.Limits;
using GoCart.Bench.Load;
using GoCart.Bench.Store;

namespace GoCart.Bench.Scenarios;

/// <summary>Reads of what belongs to a customer, beside the same rows from a prepared statement.</summary>
/// <param name="ofStore">The path that a customer reads.</param>
/// <param name="ofLimit">Where the limit has the same rows.</param>
internal sealed class ReadOwn(string name, string title, Func<Stage, int, string> ofStore, Func<Stage, int, string> ofLimit)
    : HttpScenario(name, title, "the same rows from a bare Kestrel with a prepared statement behind a bare YARP", 0.75, Connections)
{
    private const int Connections = 48;

    protected override Task<RunningWork> BeginAsync(Stage stage)
    {
        var requests = Assortment.Readers.Select(reader =>
            Requests.Get(ofStore(stage, reader), stage.Assortment.TokenOf(reader)));
        return Task.FromResult(new RunningWork(new Rotation([.. requests], 200)));
    }

    protected override Task<double> MeasureLimitAsync(Stage stage) => BehindProxy.MeasureAsync(
        stage, Connections, [.. Assortment.Readers.Select(reader => Requests.Get(ofLimit(stage, reader)))], 200,
        LimitServer.Rows, stage.Store.ConnectionString("carts"), stage.Store.ConnectionString("orders"));
}
