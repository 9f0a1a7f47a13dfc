using System.Runtime.CompilerServices;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Upkeep;

/// <summary>
/// <c>datacurve fsck</c>: walks the whole store, rows and bytes both ways, and reports what does not hold.
/// Changes nothing. Safe while the service runs: what an upload or a removal does at this moment is no
/// finding.
/// </summary>
internal sealed class Fsck(
    BlobStore blobs,
    BlobReferences references,
    TraceRows traces,
    OriginalFindings originals,
    TimeProvider time
)
{
    /// <summary>Bytes have their row moments after they are there; longer than this is no upload.</summary>
    public static readonly TimeSpan UploadMax = TimeSpan.FromHours(1);

    private const int PageLength = 500;

    private long _blobs;

    /// <param name="progress">Is told how many blobs and names were looked at.</param>
    public async IAsyncEnumerable<Finding> FindAsync(
        IProgress<long>? progress,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var looked = new Looked(progress);
        await foreach (var finding in StoredAsync(looked, ct))
            yield return finding;
        await foreach (var finding in RecordedAsync(looked, ct))
            yield return finding;
        await foreach (var leftover in blobs.LeftoversAsync(ct))
            yield return new Finding(
                "leftover",
                leftover,
                $"{leftover} was left by an upload that broke off"
            );
        await foreach (var finding in traces.FindAsync(ct))
            yield return finding;
        await foreach (var finding in originals.FindAsync(ct))
            yield return finding;
        await foreach (var finding in NamedAsync(looked, ct))
            yield return finding;
    }

    /// <summary>Runs the check for the command line.</summary>
    /// <returns>0 where everything holds, 1 where something does not.</returns>
    public async Task<int> PrintAsync(
        TextWriter output,
        bool json,
        TerminalProgress? progress,
        CancellationToken ct
    )
    {
        var (count, informative) = (0, 0);
        await foreach (var finding in FindAsync(progress, ct))
        {
            progress?.Clear();
            _ = finding.Informative ? informative++ : count++;
            await output.WriteLineAsync(
                json ? JsonSerializer.Serialize(finding, UpkeepJson.Default.Finding)
                : finding.Informative ? $"note: {finding.Text}"
                : finding.Text
            );
        }

        progress?.Clear();
        var summary = new FsckSummary(count, informative, _blobs, await traces.CountAsync());
        await output.WriteLineAsync(
            json ? JsonSerializer.Serialize(summary, UpkeepJson.Default.FsckSummary)
            : count == 0
                ? $"The store holds: {Quantity.Of(summary.Traces, "trace")}, {Quantity.Of(summary.Blobs, "blob")}."
            : $"{Quantity.Of(count, "finding")} in {Quantity.Of(summary.Traces, "trace")} and {Quantity.Of(summary.Blobs, "blob")}."
        );
        return count == 0 ? 0 : 1;
    }

    /// <summary>From the bytes to the rows.</summary>
    private async IAsyncEnumerable<Finding> StoredAsync(
        Looked looked,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await foreach (var listed in blobs.ListAsync(ct))
        {
            looked.Count();
            if (listed.BlobId is not { } blobId)
            {
                yield return new Finding(
                    "stray",
                    listed.Place,
                    $"{listed.Place} is no blob: its name is not where its hash belongs"
                );
                continue;
            }

            if (await blobs.Rows.FindAsync(blobId) is null && time.GetUtcNow() - listed.ChangedAt > UploadMax)
                yield return new Finding(
                    "bytes_without_row",
                    blobId.ToString(),
                    $"{blobId} has bytes and no row"
                );
            else if (await IsDamagedAsync(listed, blobId, ct))
                yield return new Finding(
                    "damaged",
                    blobId.ToString(),
                    $"{blobId} is damaged: its bytes hash to something else"
                );
        }
    }

    /// <summary>An upload may heal it while it is read; what counts is what lies there then.</summary>
    private async Task<bool> IsDamagedAsync(StoredObject listed, BlobId blobId, CancellationToken ct) =>
        await blobs.IsWholeAsync(listed, blobId, ct) is false
        && await blobs.IsWholeAsync(listed, blobId, ct) is false;

    /// <summary>From the rows to the bytes.</summary>
    private async IAsyncEnumerable<Finding> RecordedAsync(
        Looked looked,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        IReadOnlyList<BlobRow> page;
        for (byte[] after = []; (page = await blobs.Rows.PageAsync(after, PageLength)).Count > 0; )
        {
            foreach (var row in page)
            {
                _blobs++;
                looked.Count();
                looked.Held.Add(row.Hash);
                var blobId = BlobId.FromHash(row.Hash);
                if (row.RemovingAtMs is { } since && blobs.Rows.IsLapsed(since))
                    yield return new Finding(
                        "removal_broken_off",
                        blobId.ToString(),
                        $"the removal of {blobId} was broken off: datacurve gc ends it"
                    );
                else if (!row.IsBeingRemoved && await IsMissingAsync(blobId, ct))
                    yield return new Finding(
                        "row_without_bytes",
                        blobId.ToString(),
                        $"{blobId} has a row and no bytes"
                    );
            }

            after = page[^1].Hash;
        }
    }

    /// <summary>Whether the row is still there, is no removal's, and has no bytes.</summary>
    private async Task<bool> IsMissingAsync(BlobId blobId, CancellationToken ct) =>
        await blobs.FindAsync(blobId, ct) is null
        && await blobs.Rows.FindAsync(blobId) is { IsBeingRemoved: false }
        && await blobs.FindAsync(blobId, ct) is null;

    /// <summary>From the traces to the blobs.</summary>
    private async IAsyncEnumerable<Finding> NamedAsync(
        Looked looked,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var told = new BlobKeys();
        await foreach (var renamed in references.RenamedAsync(ct))
            if (looked.Held.Contains(renamed.Stored))
                looked.Held.Add(renamed.Hash);
        await foreach (var reference in references.ReadAsync(ct, skipDamaged: true))
        {
            looked.Count();
            var blobId = BlobId.FromHash(reference.Hash);
            if (
                looked.Held.Contains(reference.Hash)
                || BlobMentions.AreOfFile(reference.Event.Span, reference.Hash)
                || !told.Add(reference.Hash)
            )
                continue;
            if (await blobs.Rows.FindAsync(blobId) is null)
                yield return new Finding(
                    "never_uploaded",
                    blobId.ToString(),
                    $"trace {reference.TraceId} names {blobId}, which nobody has uploaded"
                )
                {
                    Informative = true,
                };
        }
    }

    private sealed class Looked(IProgress<long>? progress)
    {
        private long _count;

        public BlobKeys Held { get; } = new();

        public void Count() => progress?.Report(++_count);
    }
}
