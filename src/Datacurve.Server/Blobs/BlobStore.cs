using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>
/// What all stores have in common: content is hashed, compressed and spooled while it comes in, becomes
/// durable under its name, and only then has a row; it is verified when it is read, and set aside where it is
/// damaged. A store says how bytes become durable, are found, fetched, set aside and listed.
/// </summary>
internal abstract partial class BlobStore(
    Database database,
    string temporary,
    long bytesMax,
    TimeProvider time
) : IBlobStore
{
    protected const string ZstandardEnding = ".zst";

    private static readonly TimeSpan RemovalPoll = TimeSpan.FromMilliseconds(50);
    private const int RemovalPolls = 200;
    private const int Reads = 8;
    private static readonly TimeSpan LookMin = TimeSpan.FromMinutes(1);

    public BlobRows Rows { get; } = new(database, time);

    protected TimeProvider Time => time;

    /// <summary>Where files may lie while they come in; what nobody locks there is swept.</summary>
    public string Scratch => temporary;

    public Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct) =>
        PutAsync(content, expected, owner: null, ct);

    public Task<StoredBlob> PutAsync(Stream content, TraceId madeOf, CancellationToken ct) =>
        PutAsync(content, expected: null, owner: null, madeOf, ct);

    /// <summary>The same, for a project that may read the blob from then on.</summary>
    public Task<StoredBlob> PutAsync(
        Stream content,
        BlobId? expected,
        ProjectId? owner,
        CancellationToken ct
    ) => PutAsync(content, expected, owner, madeOf: null, ct);

    /// <summary>The same, of a trace that the service has made it of.</summary>
    public async Task<StoredBlob> PutAsync(
        Stream content,
        BlobId? expected,
        ProjectId? owner,
        TraceId? madeOf,
        CancellationToken ct
    )
    {
        await using var incoming = await IncomingBlob.ReceiveAsync(content, temporary, bytesMax, ct);
        if (expected is { } wanted && wanted != incoming.BlobId)
            throw new BlobMismatchException(wanted, incoming.BlobId);
        return await KeepAsync(
            incoming,
            owner is { } project ? new BlobName(project, incoming.BlobId, Redaction: null) : null,
            Made(madeOf),
            ct
        );
    }

    private async Task<StoredBlob> KeepAsync(
        IncomingBlob incoming,
        BlobName? name,
        BlobNote? note,
        CancellationToken ct
    )
    {
        // Noted before there is anything to find, so that a kill right after the bytes leaves none that an
        // erasure does not know of; and again with the row, since an erasure may have come in between.
        if (note is not null)
            await Rows.NoteAsync(incoming.BlobId, note, ct);
        // The row comes after the bytes, so that it always names what was durable. Bytes that somebody took
        // away in between were gone before the row says that they are held: they are brought once more.
        await PublishAsync(incoming, ct);
        for (var poll = 0; poll < RemovalPolls; poll++)
        {
            if (!await Rows.HoldAsync(incoming.BlobId, incoming.ByteLength, name, note, ct))
                await Task.Delay(RemovalPoll, time, ct);
            else if (await FindFormAsync(incoming.BlobId, incoming.ByteLength, ct) is { } form)
                return new StoredBlob(incoming.BlobId, incoming.ByteLength, UriOf(incoming.BlobId, form));
            else
                await PublishAsync(incoming, ct);
        }

        throw new BlobStoreAwayException($"{incoming.BlobId} is being removed", null);
    }

    public async Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct)
    {
        if (await Rows.FindAsync(blobId) is not { IsBeingRemoved: false } row)
            return null;
        return await FindFormAsync(blobId, row.ByteLength, ct) is { } form
            ? new StoredBlob(blobId, row.ByteLength, UriOf(blobId, form))
            {
                IsUnused = row.MarkedAtMs is not null,
            }
            : null;
    }

    public async Task<StoredBlob?> AskAsync(BlobId blobId, CancellationToken ct) =>
        await Rows.TouchAsync(blobId, ct) ? await FindAsync(blobId, ct) : null;

    public async Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct)
    {
        for (var read = 0; read < Reads; read++)
        {
            // The row before the bytes: what is found damaged is set aside only where no upload came since.
            if (
                await Rows.FindAsync(blobId) is not { IsBeingRemoved: false } row
                || await FetchAsync(blobId, row.ByteLength, ct) is not { } stored
            )
                break;

            if (await VerifyAsync(stored, blobId, row.ByteLength, ct) is { } content)
                return content;
            if (await Rows.BeginRemovalAsync(blobId, row, ct))
            {
                await SetAsideAsync(blobId, stored.Form, ct);
                await Rows.EndQuarantineAsync(row, ct);
            }
            else
            {
                await Task.Delay(RemovalPoll, time, ct);
            }
        }

        return await IsSetAsideAsync(blobId, ct) ? throw new BlobCorruptException(blobId) : null;
    }

    /// <summary>
    /// Takes a blob away, where its row is still as it was seen: no upload has come since, and nobody has
    /// found a name of it.
    /// </summary>
    public async Task<bool> RemoveAsync(BlobRow seen, CancellationToken ct)
    {
        var blobId = BlobId.FromHash(seen.Hash);
        using var limit = new CancellationTokenSource(BlobRows.RemovalMax / 2, time);
        if (!await Rows.BeginRemovalAsync(blobId, seen, ct))
            return false;
        await DeleteBytesAsync(blobId, limit, ct);
        await Rows.EndRemovalAsync(seen, ct);
        return true;
    }

    /// <summary>Takes bytes away that have no row and have not changed since they were listed.</summary>
    public Task<bool> RemoveOrphanAsync(StoredObject listed, BlobId blobId, CancellationToken ct) =>
        RemoveUnheldAsync(blobId, ct);

    /// <summary>Takes away what lies under the name of a blob that has no row, if anything does.</summary>
    public async Task<bool> RemoveUnheldAsync(BlobId blobId, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(BlobRows.RemovalMax / 2, time);
        if (!await Rows.ClaimOrphanAsync(blobId, ct))
            return false;
        await DeleteBytesAsync(blobId, limit, ct);
        if (await Rows.FindAsync(blobId) is { } claim)
            await Rows.EndRemovalAsync(claim, ct);
        return true;
    }

    /// <summary>Deletes what was set aside of a blob that was damaged.</summary>
    public abstract Task RemoveSetAsideAsync(BlobId blobId, CancellationToken ct);

    /// <exception cref="StartException">The store cannot be used; the message says what to do.</exception>
    public virtual Task CheckAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Makes a file where uploads come in, and takes it away.</summary>
    /// <exception cref="IOException">It takes none: it is full, or no folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not ours to write to.</exception>
    public void WriteScratch()
    {
        using var file = IncomingBlob.NewFile(temporary, FileOptions.DeleteOnClose);
        file.WriteByte(0);
    }

    /// <summary>Everything that lies in the store under the name of a blob, or where one should be.</summary>
    public abstract IAsyncEnumerable<StoredObject> ListAsync(CancellationToken ct);

    /// <summary>Whether stored bytes hash to their name; null where they are not there.</summary>
    public async Task<bool?> IsWholeAsync(StoredObject listed, BlobId blobId, CancellationToken ct)
    {
        if (await OpenStoredAsync(blobId, listed.Form, ct) is not { } stored)
            return null;
        await using (stored)
            return await new StoredContent(stored, listed.Form).HashesToAsync(blobId, null, ct);
    }

    /// <summary>
    /// Makes the bytes durable under their name, whatever stands there; callable again for the same blob.
    /// </summary>
    protected abstract Task PublishAsync(IncomingBlob incoming, CancellationToken ct);

    /// <summary>Whether bytes stand under the blob's name in this form. None are read.</summary>
    protected abstract Task<bool> StandsAsync(BlobId blobId, BlobForm form, CancellationToken ct);

    /// <summary>Deletes what stands under the blob's name in this form, where something does.</summary>
    protected abstract Task DeleteAsync(BlobId blobId, BlobForm form, CancellationToken ct);

    /// <summary>The stored bytes, seekable; null where nothing stands under this name.</summary>
    protected abstract Task<Stream?> OpenStoredAsync(BlobId blobId, BlobForm form, CancellationToken ct);

    /// <summary>Takes damaged bytes out of the way and keeps them for whoever wants to look.</summary>
    protected abstract Task SetAsideAsync(BlobId blobId, BlobForm form, CancellationToken ct);

    protected abstract Task<bool> IsSetAsideAsync(BlobId blobId, CancellationToken ct);

    protected abstract Uri UriOf(BlobId blobId, BlobForm form);

    protected static string NameOf(BlobId blobId, BlobForm form) =>
        form == BlobForm.Raw ? blobId.Hash : blobId.Hash + ZstandardEnding;

    /// <summary>The blob that a stored name means, wherever it lies; null where it means none.</summary>
    protected static (BlobId BlobId, BlobForm Form)? Named(string name)
    {
        var form = name.EndsWith(ZstandardEnding, StringComparison.Ordinal)
            ? BlobForm.Zstandard
            : BlobForm.Raw;
        var hash = form == BlobForm.Raw ? name : name[..^ZstandardEnding.Length];
        return BlobId.TryParse(BlobId.Prefix + hash, out var blobId) ? (blobId, form) : null;
    }

    /// <summary>
    /// A removal that takes so long that an upload may go over it stops: what it deletes after that could be
    /// the upload's.
    /// </summary>
    private async Task DeleteBytesAsync(BlobId blobId, CancellationTokenSource limit, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        foreach (var form in new[] { BlobForm.Raw, BlobForm.Zstandard })
        {
            either.Token.ThrowIfCancellationRequested();
            await DeleteAsync(blobId, form, either.Token);
        }
    }

    private async Task<BlobForm?> FindFormAsync(BlobId blobId, long byteLength, CancellationToken ct)
    {
        foreach (var form in Forms(byteLength))
            if (await StandsAsync(blobId, form, ct))
                return form;
        return null;
    }

    private async Task<StoredContent?> FetchAsync(BlobId blobId, long byteLength, CancellationToken ct)
    {
        foreach (var form in Forms(byteLength))
            if (await OpenStoredAsync(blobId, form, ct) is { } stored)
                return new StoredContent(stored, form);
        return null;
    }

    /// <summary>The forms that content may have, the likelier one first.</summary>
    private static BlobForm[] Forms(long byteLength) =>
        byteLength <= IncomingBlob.RawLengthMax
            ? [BlobForm.Raw, BlobForm.Zstandard]
            : [BlobForm.Zstandard, BlobForm.Raw];

    private static async Task<Stream?> VerifyAsync(
        StoredContent stored,
        BlobId blobId,
        long byteLength,
        CancellationToken ct
    )
    {
        Stream? content = null;
        try
        {
            content = await stored.VerifyAsync(blobId, byteLength, ct);
            return content;
        }
        finally
        {
            if (content is null or MemoryStream)
                await stored.DisposeAsync();
        }
    }
}
