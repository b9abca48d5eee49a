namespace GoCart.Bench.Measuring;

/// <summary>How long a service takes to start, and what it holds.</summary>
/// <param name="Ready">From the start of its process to the first answer that it is ready; milliseconds.</param>
/// <param name="Idle">MB before anybody has asked it anything (PSS).</param>
internal sealed record Footprint(string Service, IReadOnlyList<double> Ready, double Idle)
{
    /// <summary>The most MB at the end of the full load of any scenario (PSS).</summary>
    public double Loaded { get; set; }
}
