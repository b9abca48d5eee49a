using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;

namespace GoCart.Operator.Audit;

/// <summary>I16: reads every file of a folder, line by line, also compressed ones. A secret is named by its kind and never repeated.</summary>
internal static class LogCheck
{
    /// <param name="since">Leaves out files that have not been written to since then.</param>
    /// <exception cref="OperatorException">The folder, or a file in it, cannot be read.</exception>
    public static async Task<IReadOnlyList<Violation>> RunAsync(
        string folder, DateTimeOffset? since, OperatorSettings settings, Snapshot users, CancellationToken cancellationToken)
    {
        var secrets = Secrets.Of(settings);
        var violations = new List<Violation>();
        var mayBeTokens = new Dictionary<byte[], string>(new ByHash());
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (File.GetLastWriteTimeUtc(path) < since)
                    continue;

                var name = Path.GetRelativePath(folder, path);
                await foreach (var (number, line) in ReadAsync(path, cancellationToken))
                {
                    var row = string.Create(CultureInfo.InvariantCulture, $"{name}:{number}");
                    if (violations.Count < Snapshot.MaxRows && secrets.FindIn(line) is { } secret)
                        violations.Add(new("I16", "log", row, $"{secret} stands in it"));
                    foreach (var hash in HashesOf(line))
                        mayBeTokens.TryAdd(hash, row);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new OperatorException($"The logs cannot be read: {e.Message}", e);
        }

        var tokens = await users.QueryAsync<byte[]>(
            "select token_hash from refresh_tokens where token_hash = any(@hashes)",
            new { hashes = mayBeTokens.Keys.ToArray() }, cancellationToken);
        violations.AddRange(tokens.Select(hash => new Violation("I16", "log", mayBeTokens[hash], "a refresh token stands in it")));
        return violations;
    }

    private static async IAsyncEnumerable<(int Number, string Line)> ReadAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // It may be written to, or moved away, meanwhile.
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using Stream content = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        using var reader = new StreamReader(content);
        for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
            yield return (number, line);
    }

    private static IEnumerable<byte[]> HashesOf(string line)
    {
        foreach (var match in Secrets.RefreshTokens().Matches(line).Cast<System.Text.RegularExpressions.Match>())
        {
            var secret = new byte[32];
            // The Try… of the same name throws when the last character has a bit too many.
            if (Base64Url.DecodeFromChars(match.ValueSpan, secret, out _, out var count) == OperationStatus.Done && count == secret.Length)
                yield return SHA256.HashData(secret);
        }
    }

    private sealed class ByHash : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] hash) => BitConverter.ToInt32(hash);
    }
}
