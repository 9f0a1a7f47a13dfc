using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Blobs.Intake;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Originals;

/// <summary>
/// What an upload was when it came, sealed while it is read: whether it is kept is known at its end, and
/// until then no disk holds it in the clear either.
/// </summary>
/// <param name="key">The operator's.</param>
/// <param name="project">Whose it is.</param>
/// <param name="originals">Those that are kept already.</param>
/// <param name="scratch">Where it lies meanwhile, if it is long.</param>
internal sealed class OriginalCopy(RawKey key, ProjectId project, BlobOriginals originals, string scratch)
    : IDisposable
{
    private readonly OriginalWriter _writer = new(
        key,
        OriginalFormat.OfBlob(project),
        () => IncomingBlob.NewFile(scratch, FileOptions.DeleteOnClose)
    );

    /// <summary>Names the key.</summary>
    public byte[] KeyId => _writer.KeyId;

    /// <summary>Whether one is kept that serves as well.</summary>
    public Task<bool> IsHeldAsync(BlobId sent, CancellationToken ct) => originals.AskAsync(project, sent, ct);

    /// <summary>The content, copied as it is read.</summary>
    public Stream Tap(Stream content) => new Tapped(content, _writer);

    /// <summary>The sealed copy, once all was read; the caller disposes it.</summary>
    public Stream Finish() => _writer.Finish();

    public void Dispose() => _writer.Dispose();

    private sealed class Tapped(Stream content, OriginalWriter writer) : ReadOnlyStream
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var read = await content.ReadAsync(buffer, cancellationToken);
            writer.Write(buffer.Span[..read]);
            return read;
        }
    }
}
