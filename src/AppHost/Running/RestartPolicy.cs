namespace GoCart.AppHost.Running;

/// <summary>How long to wait before a child that died is started again, and when to stop trying.</summary>
internal sealed class RestartPolicy
{
    /// <summary>A child that lived shorter died of something that a start alone does not mend.</summary>
    public static readonly TimeSpan QuickDeath = TimeSpan.FromSeconds(10);

    public const int MostQuickDeaths = 5;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.2);

    private int _quickDeaths;

    /// <summary>0.2, 0.4, 0.8, 1.6 s while it dies quickly; null at the fifth time.</summary>
    public TimeSpan? DelayAfter(TimeSpan lifetime)
    {
        _quickDeaths = lifetime < QuickDeath ? _quickDeaths + 1 : 0;
        return _quickDeaths >= MostQuickDeaths ? null : First * Math.Pow(2, Math.Max(_quickDeaths - 1, 0));
    }

    /// <summary>A start that fails is a quick death, however long it took to fail.</summary>
    public TimeSpan? DelayAfterFailedStart() => DelayAfter(TimeSpan.Zero);
}
