using Datacurve.Core;
using Datacurve.Core.Redaction;
using Datacurve.Core.Replay;
using Datacurve.Server.Privacy;

namespace Datacurve.Server.Blobs.Intake;

/// <summary>
/// An upload as it may be kept: redacted while it is read, so that nothing else of it touches a disk. What
/// has to be looked into as a whole is held in memory, or in a file that nobody can read.
/// </summary>
/// <param name="content">What is sent; read to its end, not disposed.</param>
/// <param name="expected">Where given, content with another hash fails at its end.</param>
/// <param name="cleanser">The project's.</param>
/// <param name="scratch">Where files may lie that only this process can read.</param>
/// <param name="bytesMax">What one blob may have.</param>
internal sealed class CleansedBlob(
    Stream content,
    BlobId? expected,
    Cleanser cleanser,
    string scratch,
    long bytesMax
) : ReadOnlyStream
{
    private const int StartBytes = 64 << 10;

    private readonly HashedStream _sent = new(content, expected, bytesMax);
    private readonly RedactionReport _report = cleanser.NewReport();
    private SealedSpool? _spool;
    private Stream? _kept;

    /// <summary>What was sent.</summary>
    /// <exception cref="InvalidOperationException">It was not read to its end.</exception>
    public BlobReceipt Receipt => new(_sent.BlobId, _sent.Length, AppliedRedaction.Of(_report));

    /// <exception cref="RedactionException">It cannot be looked into, and must be refused.</exception>
    /// <exception cref="BlobTooLargeException">It is over the limit.</exception>
    /// <exception cref="BlobMismatchException">It hashes to something else.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        _kept ??= await OpenAsync(cancellationToken);
        return await _kept.ReadAsync(buffer, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_kept is not null)
            await _kept.DisposeAsync();
        if (_spool is not null)
            await _spool.DisposeAsync();
        await _sent.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task<Stream> OpenAsync(CancellationToken ct)
    {
        var start = await ReadStartAsync(StartBytes, ct);
        if (Packing.KindOf(start) is { } kind)
            return await UnpackAsync(start, kind, ct);
        if (start.Length < StartBytes)
            return Whole(start);
        if (!Cleanser.IsLikelyDiff(start))
            return Streamed(start);

        // A diff is looked at as a whole, where it is one that can be applied.
        byte[] whole = [.. start, .. await ReadStartAsync(PatchLimits.PatchBytesMax - StartBytes, ct)];
        return whole.Length < PatchLimits.PatchBytesMax ? Whole(whole) : Streamed(whole);
    }

    private MemoryStream Whole(byte[] whole) =>
        new(
            Cleanser.IsLikelyDiff(whole) ? cleanser.Diff(whole, _report) : cleanser.Content(whole, _report),
            writable: false
        );

    private RedactedStream Streamed(byte[] start) =>
        new(start, _sent, output => cleanser.OpenContent(start, output, _report));

    private async Task<Stream> UnpackAsync(byte[] start, PackedKind kind, CancellationToken ct)
    {
        if (kind == PackedKind.GitBundle)
            throw new RedactionException(
                "a git bundle cannot be looked into; send the files of the commit as a tar, "
                    + "as 'git archive COMMIT' writes it"
            );
        _spool = await SealedSpool.FillAsync(start, _sent, scratch, ct);
        var packed = new PackedContent(_spool, kind, cleanser, _report, scratch, bytesMax);
        return await packed.RedactAsync(ct);
    }

    private async Task<byte[]> ReadStartAsync(int lengthMax, CancellationToken ct)
    {
        using var read = new MemoryStream();
        var buffer = new byte[Math.Min(lengthMax, StartBytes)];
        while (read.Length < lengthMax)
        {
            var room = buffer.AsMemory(0, (int)Math.Min(buffer.Length, lengthMax - read.Length));
            var count = await _sent.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, ct);
            read.Write(room.Span[..count]);
            if (count < room.Length)
                break;
        }
        return read.ToArray();
    }
}
