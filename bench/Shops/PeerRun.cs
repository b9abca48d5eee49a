using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using GoCart.Bench.Measuring;
using GoCart.Bench.Reports;
using GoCart.Bench.Store;

namespace GoCart.Bench.Shops;

/// <summary>The same work at a peer, by 16 shoppers that each wait for their answers.</summary>
internal sealed class PeerRun(Peer peer, BenchStore store, TimeSpan length, Action<string> say)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>How much longer than asked the last answers may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <returns>As soon as each is there.</returns>
    public async IAsyncEnumerable<PeerResult> MeasureAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var shop = new PeerShop(peer, store, say);
        await shop.StartAsync(cancellationToken);
        foreach (var operation in PeerOperation.Of(peer))
        {
            var result = await TryMeasureAsync(shop, operation, cancellationToken);
            say(FormattableString.Invariant($"{peer.Name}, {operation.Title}: {result.Load?.Count} done, {result.Load?.PerSecond:0.0} a second. {result.Failure ?? result.Load?.Error}"));
            yield return result;
        }
    }

    private async Task<PeerResult> TryMeasureAsync(PeerShop shop, PeerOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            if (operation.Scenario is not null)
                await LoadAsync(shop, operation, WarmUp, cancellationToken);
            return await LoadAsync(shop, operation, length, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new(peer, operation, Load: null, double.NaN, Findings.OneLine(e));
        }
    }

    private async Task<PeerResult> LoadAsync(
        PeerShop shop, PeerOperation operation, TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", ["load.mjs", operation.Word, FormattableString.Invariant($"{duration.TotalSeconds}")])
        {
            WorkingDirectory = shop.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in shop.Settings())
            start.Environment[name] = value;

        using var node = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(duration + Patience);
        try
        {
            var errors = node.StandardError.ReadToEndAsync(limit.Token);
            _ = await node.StandardOutput.ReadLineAsync(limit.Token); // that it has begun
            var before = CpuOf(shop);
            var line = await node.StandardOutput.ReadLineAsync(limit.Token)
                ?? throw new InvalidOperationException(await errors);
            var used = CpuOf(shop) - before;
            var load = JsonSerializer.Deserialize<PeerLoad>(line, Json) ?? throw new InvalidOperationException($"load.mjs wrote {line}");
            return new(peer, operation, load, 1000 * used / Math.Max(1, load.Count));
        }
        finally
        {
            if (!node.HasExited)
                node.Kill();
        }
    }

    private double CpuOf(PeerShop shop) => shop.ProcessIds.Append(store.PostgresId).Sum(CpuMeter.SecondsOf);
}
