namespace GoCart.Operator.Audit;

internal static class WholeFile
{
    /// <summary>Whoever reads the file meanwhile reads the old one or the new one, and never a part.</summary>
    public static void Write(string path, string text)
    {
        var beside = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllText(beside, text);
        File.Move(beside, path, overwrite: true);
    }
}
