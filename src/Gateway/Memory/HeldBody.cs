namespace GoCart.Gateway.Memory;

/// <summary>Holds an answer back until it is whole. One that is longer than the limit goes on as it comes.</summary>
internal sealed class HeldBody(Stream client, int limit) : Stream
{
    private MemoryStream? _held = new();

    /// <summary>The answer; null when it was too long.</summary>
    public byte[]? Answer => _held?.ToArray();

    public override bool CanRead => false;

    /// <summary>While it is held it can be taken back: Response.Clear empties a body that it can.</summary>
    public override bool CanSeek => _held is not null;

    public override bool CanWrite => true;

    public override long Length => Held.Length;

    public override long Position
    {
        get => Held.Position;
        set => Held.Position = value;
    }

    private MemoryStream Held => _held ?? throw new NotSupportedException("The answer is on its way.");

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_held is { } held && held.Length + buffer.Length > limit)
        {
            _held = null;
            await client.WriteAsync(held.ToArray(), cancellationToken);
        }

        if (_held is null)
            await client.WriteAsync(buffer, cancellationToken);
        else
            _held.Write(buffer.Span);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _held is null ? client.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException("Answers are written asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Answers are written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => Held.Seek(offset, origin);

    public override void SetLength(long value) => Held.SetLength(value);
}
