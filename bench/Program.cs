using GoCart.Bench;
using GoCart.Bench.Limits;

if (LimitServer.RunAsync(args) is { } limit)
{
    await limit;
    return 0;
}

return await CommandLine.RunAsync(args);
