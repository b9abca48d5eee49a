namespace GoCart.Orders;

internal static class Clock
{
    /// <summary>As exact as the database keeps it, so that what is told now and what is read later are the same.</summary>
    public static DateTimeOffset GetMicrosecondNow(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
