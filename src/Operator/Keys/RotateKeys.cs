using GoCart.BuildingBlocks.Auth;

namespace GoCart.Operator.Keys;

/// <summary>
/// Puts another key into the file of the signing keys, which takes over by itself. Users reads the file every second and publishes
/// the new key at once; every service has fetched it a minute later, long before the first token is signed with it.
/// </summary>
public static class RotateKeys
{
    /// <param name="lead">From now until the new key signs: time for the file to reach every copy of users.</param>
    /// <returns>When the new key signs.</returns>
    /// <exception cref="NothingFoundException">There is no such file.</exception>
    /// <exception cref="OperatorException">The last change is not over yet, or the file cannot be written.</exception>
    public static async Task<DateTimeOffset> ExecuteAsync(
        string path, TimeSpan lead, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new NothingFoundException($"There is no file {path}.");

        var now = clock.GetUtcNow();
        try
        {
            // Nobody else writes it meanwhile; users may read it.
            await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            using var reader = new StreamReader(file, leaveOpen: true);
            var kept = WithoutReplaced(SigningKeyFile.Read(await reader.ReadToEndAsync(cancellationToken)), now);
            var added = SigningKeyFile.CreateKey(now + lead);

            // In its place, not renamed over: a file that is mounted into a container stays the file that is mounted. Users keeps
            // its keys when it reads half of it.
            var text = string.Concat(kept.Append(added).Select(part => part.Text.EndsWith('\n') ? part.Text : part.Text + "\n"));
            file.Position = 0;
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), CancellationToken.None);
            file.SetLength(file.Position);
            file.Flush(flushToDisk: true);
            return added.SignsFrom ?? now + lead;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The key that signs and what stands before it, such as a mark; not one that was replaced long ago.</summary>
    private static List<SigningKeyPart> WithoutReplaced(IReadOnlyList<SigningKeyPart> parts, DateTimeOffset now)
    {
        if (parts.Count < 2)
            return [.. parts];

        var latest = parts.MaxBy(part => part.SignsFrom ?? DateTimeOffset.MinValue)?.SignsFrom
            ?? throw new OperatorException("The file has two keys already, put there by hand; remove the one that does not sign first.");
        if (now < latest + SigningKeyFile.Overlap)
        {
            throw new OperatorException(
                $"The last change is not over: tokens of the key before it may live until {latest + SigningKeyFile.Overlap:u}.");
        }
        var signing = parts.First(part => part.SignsFrom == latest);
        return parts[0].Text.Contains(SigningKeyFile.DevelopmentMark, StringComparison.Ordinal)
            ? [signing with { Text = $"{SigningKeyFile.DevelopmentMark}\n{signing.Text}" }]
            : [signing];
    }
}
