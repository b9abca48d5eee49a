namespace GoCart.Products.Catalog;

internal static class StoredTime
{
    /// <summary>In whole microseconds, as PostgreSQL keeps it: what is answered now is what will be read later.</summary>
    public static DateTimeOffset ToStoredPrecision(this DateTimeOffset time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
