namespace GoCart.Bench.Scenarios;

/// <summary>Which of a number of products somebody looks at.</summary>
/// <param name="exponent">0: each as often as any other; 1: the second half as often as the first, the third a third as often (Zipf).</param>
internal sealed class Popularity(int products, double exponent)
{
    private readonly double[] _shares = Accumulate(products, exponent);

    public int Choose(Random random)
    {
        var index = Array.BinarySearch(_shares, random.NextDouble() * _shares[^1]);
        return Math.Min(index < 0 ? ~index : index, products - 1);
    }

    private static double[] Accumulate(int products, double exponent)
    {
        var shares = new double[products];
        double sum = 0;
        for (var rank = 1; rank <= products; rank++)
            shares[rank - 1] = sum += Math.Pow(rank, -exponent);
        return shares;
    }
}
