using System.Threading.Channels;
using GoCart.Bench.Load;
using GoCart.Bench.Store;

namespace GoCart.Bench.Scenarios;

/// <summary>
/// Customers who order as soon as three items are in their cart; SQL puts the next three there. Who is told that the store is
/// busy comes again after a second, as the answer says.
/// </summary>
internal sealed class OrderWork : IWork, IAsyncDisposable
{
    public const int Items = 3;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private static readonly int[] Buyers = [.. Assortment.Buyers];

    private readonly byte[][] _requests;
    private readonly bool _untilReserved;
    private readonly bool[] _isReady = new bool[Buyers.Length];
    private readonly Channel<int> _empty = Channel.CreateUnbounded<int>();
    private readonly CartFiller _filler;
    private readonly Task _filling;

    private OrderWork(Stage stage, CartFiller filler, bool untilReserved)
    {
        _filler = filler;
        _untilReserved = untilReserved;
        string[] headers = untilReserved ? ["Prefer: wait=10"] : [];
        _requests = [.. Buyers.Select(buyer => Requests.Post("/api/orders", stage.Assortment.TokenOf(buyer), body: null, headers))];
        for (var buyer = 0; buyer < Buyers.Length; buyer++)
            _empty.Writer.TryWrite(buyer);
        _filling = FillAsync();
    }

    public static int Count => Buyers.Length;

    /// <param name="untilReserved">Whether an order counts as answered when its stock is reserved.</param>
    public static async Task<OrderWork> BeginAsync(Stage stage, bool untilReserved) =>
        new(stage, await CartFiller.OpenAsync(stage.Store), untilReserved);

    public ReadOnlyMemory<byte> Next(int connection)
    {
        if (!Volatile.Read(ref _isReady[connection]))
            return default;
        _isReady[connection] = false;
        return _requests[connection];
    }

    public Outcome Answered(int connection, int status, ReadOnlySpan<byte> answer)
    {
        if (status == 503)
            _ = ComeAgainAsync(connection);
        else
            _empty.Writer.TryWrite(connection);
        return status == 201 && (!_untilReserved || answer.IndexOf("\"stock_state\":\"reserved\""u8) > 0) ? Outcome.Counted : Outcome.Wrong;
    }

    public async ValueTask DisposeAsync()
    {
        _empty.Writer.Complete();
        await _filling;
        await _filler.DisposeAsync();
    }

    private async Task ComeAgainAsync(int connection)
    {
        await Task.Delay(RetryAfter);
        _empty.Writer.TryWrite(connection);
    }

    private async Task FillAsync()
    {
        while (await _empty.Reader.WaitToReadAsync())
        {
            var buyers = new List<int>();
            while (_empty.Reader.TryRead(out var buyer))
                buyers.Add(buyer);
            await _filler.FillAsync([.. buyers.Select(buyer => Buyers[buyer])], Items);
            foreach (var buyer in buyers)
                Volatile.Write(ref _isReady[buyer], true);
        }
    }
}
