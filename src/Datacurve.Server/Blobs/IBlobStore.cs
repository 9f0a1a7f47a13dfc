using Datacurve.Core;
using Datacurve.Server.Privacy;

namespace Datacurve.Server.Blobs;

/// <summary>
/// Immutable content under its SHA-256. A put is idempotent and durable when it returns; what is read back
/// has been verified. Of what a project sends secrets are replaced first, and the rest is still found under
/// the hash of what was sent.
/// </summary>
internal interface IBlobStore
{
    /// <summary>Stores a stream of at most the configured size; the same bytes again cost nothing.</summary>
    /// <param name="content">Read to its end, not disposed.</param>
    /// <param name="expected">Where given, content with another hash is refused and nothing is
    /// stored.</param>
    /// <exception cref="BlobMismatchException">The content does not hash to
    /// <paramref name="expected"/>.</exception>
    /// <exception cref="BlobTooLargeException">The content is over the limit; nothing is stored.</exception>
    /// <exception cref="BlobStoreAwayException">The store cannot be reached; nothing is acknowledged.</exception>
    /// <exception cref="BlobStoreFullException">It takes no more; nothing is acknowledged.</exception>
    Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct);

    /// <summary>
    /// The same for content that the service makes of a trace: with the trace it can be erased, also where
    /// nothing came to name it.
    /// </summary>
    Task<StoredBlob> PutAsync(Stream content, TraceId madeOf, CancellationToken ct) =>
        PutAsync(content, expected: null, ct);

    /// <summary>
    /// The blob for who wants to name it instead of sending it: where it is held, and not about to go, it
    /// stays as if it had been sent now.
    /// </summary>
    Task<StoredBlob?> AskAsync(BlobId blobId, CancellationToken ct) => FindAsync(blobId, ct);

    /// <summary>The blob, or null where it is not held. No content is read.</summary>
    Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct);

    /// <summary>
    /// Whether a trace names the blob whose developer does not let it be stored, so that it may be gone.
    /// </summary>
    Task<bool> IsWithheldAsync(BlobId blobId) => Task.FromResult(false);

    /// <summary>
    /// Whether it is only such traces that the blob was sent for, as far as is known: nobody is to read it.
    /// </summary>
    Task<bool> IsRefusedAsync(BlobId blobId) => Task.FromResult(false);

    /// <summary>
    /// The content as a seekable stream of which every byte has been verified, or null where it is not held.
    /// </summary>
    /// <exception cref="BlobCorruptException">
    /// The stored bytes differ; they are quarantined, never served, until somebody puts the blob again.
    /// </exception>
    Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct);
}

/// <summary>
/// A blob that is held: the bytes that are kept hash to <see cref="BlobId"/>, and <see cref="StorageUri"/>
/// says where they are.
/// </summary>
internal sealed record StoredBlob(BlobId BlobId, long ByteLength, Uri StorageUri)
{
    private readonly BlobId? _name;
    private readonly long? _sentLength;

    /// <summary>What it is named by: the hash of what was sent, of which something may be replaced.</summary>
    public BlobId Name
    {
        get => _name ?? BlobId;
        init => _name = value;
    }

    /// <summary>How many bytes were sent; known to the upload alone.</summary>
    public long SentLength
    {
        get => _sentLength ?? ByteLength;
        init => _sentLength = value;
    }

    /// <summary>What was replaced; null where nobody looked.</summary>
    public AppliedRedaction? Redaction { get; init; }

    /// <summary>Whether other bytes are kept than were sent.</summary>
    public bool IsRedacted => Name != BlobId;

    /// <summary>
    /// Whether nothing named it when that was looked up last, so that it goes unless it is put again. Who
    /// wants to name it does not rely on it.
    /// </summary>
    public bool IsUnused { get; init; }
}

internal sealed class BlobMismatchException(BlobId expected, BlobId actual)
    : Exception($"the content hashes to {actual}, not to {expected}");

internal sealed class BlobTooLargeException(long bytesMax)
    : Exception($"a blob has at most {bytesMax} bytes");

internal sealed class BlobCorruptException(BlobId blobId)
    : Exception($"the stored bytes of {blobId} do not hash to it; they were set aside");

internal sealed class BlobStoreAwayException(string reason, Exception? inner)
    : Exception($"the blob store does not answer: {reason}", inner);

internal sealed class BlobStoreFullException(Exception inner)
    : Exception("the blob store has no room", inner);
