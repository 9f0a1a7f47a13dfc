using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs.Intake;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>What projects send: kept without its secrets, and its original beside it.</summary>
internal abstract partial class BlobStore
{
    /// <summary>
    /// Stores what is left of an upload, for a project that may read it from then on under the hash of what
    /// was sent.
    /// </summary>
    /// <param name="original">What was sent, sealed; kept where something was replaced.</param>
    public async Task<StoredBlob> PutAsync(
        CleansedBlob content,
        ProjectId owner,
        TraceId? madeOf,
        OriginalCopy? original,
        CancellationToken ct
    )
    {
        await using var incoming = await IncomingBlob.ReceiveAsync(content, temporary, bytesMax, ct);
        var receipt = content.Receipt;
        if (original is not null && receipt.Sent != incoming.BlobId)
            await KeepOriginalAsync(original, owner, receipt.Sent, ct);
        var name = new BlobName(owner, receipt.Sent, receipt.Redaction.Stored());
        var note = receipt.Sent == incoming.BlobId ? null : Named(name, incoming.BlobId);
        var kept = await KeepAsync(incoming, name, Made(madeOf) ?? note, ct);
        return kept with
        {
            Name = receipt.Sent,
            Redaction = receipt.Redaction,
            SentLength = receipt.SentLength,
        };
    }

    /// <summary>
    /// An original as it lies in the store, whether or not it is whole; null where nothing does. Nothing is
    /// set aside.
    /// </summary>
    public async Task<Stream?> OpenUnverifiedAsync(BlobId original, CancellationToken ct) =>
        // What is sealed does not become shorter: it lies as it is.
        await OpenStoredAsync(original, BlobForm.Raw, ct);

    /// <summary>
    /// Before the blob has its row, which then never says more than is kept. Of two that bring the same at
    /// once each leaves one, and both go where one would.
    /// </summary>
    private async Task KeepOriginalAsync(
        OriginalCopy original,
        ProjectId owner,
        BlobId sent,
        CancellationToken ct
    )
    {
        if (await original.IsHeldAsync(sent, ct))
            return;
        await using var content = original.Finish();
        await using var incoming = await IncomingBlob.ReceiveAsync(content, temporary, long.MaxValue, ct);
        await KeepAsync(incoming, name: null, BlobOriginals.Note(owner, sent, original.KeyId, time), ct);
    }

    /// <summary>
    /// What a trace names by another hash than it lies under: an erasure finds it by this alone.
    /// </summary>
    private static BlobNote Named(BlobName name, BlobId stored) =>
        (connection, _) =>
            connection.ExecuteAsync(
                """
                insert into project_blobs (project_id, hash, stored_hash, redaction)
                values (@project, @sent, @stored, @Redaction) on conflict (project_id, hash) do nothing
                """,
                new
                {
                    project = name.Project.Value.Stored(),
                    sent = name.Sent.Stored(),
                    stored = stored.Stored(),
                    name.Redaction,
                }
            );

    private static BlobNote? Made(TraceId? madeOf) =>
        madeOf is { } traceId
            ? (connection, hash) => TracePieces.NoteMadeAsync(connection, traceId, hash)
            : null;
}
