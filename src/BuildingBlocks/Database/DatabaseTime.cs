namespace GoCart.BuildingBlocks.Database;

public static class DatabaseTime
{
    /// <summary>Now in whole microseconds, as PostgreSQL keeps it: what is answered now is what will be read later.</summary>
    public static DateTimeOffset GetMicrosecondNow(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
