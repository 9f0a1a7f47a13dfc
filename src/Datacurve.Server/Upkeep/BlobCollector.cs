using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Upkeep;

/// <summary>What a collection did, or would have done.</summary>
internal sealed record Collected
{
    /// <summary>Blobs that something names.</summary>
    public int Named { get; set; }

    /// <summary>Blobs that nothing names since this run; they go when the grace period is over.</summary>
    public int Marked { get; set; }

    /// <summary>Marked blobs that something names again.</summary>
    public int Unmarked { get; set; }
    public int Removed { get; set; }
    public long RemovedBytes { get; set; }

    /// <summary>Stored bytes that had no row, from uploads and removals that were broken off.</summary>
    public int Orphans { get; set; }

    /// <summary>Temporary files and multipart uploads that nobody works on.</summary>
    public int Leftovers { get; set; }
}

/// <summary>
/// Removes blobs that nothing names: marks those that were last uploaded before the grace period, and removes
/// those that have been marked for that long and are still named by nothing. An upload takes the mark away. A
/// name counts where its project was given the blob under it: who cannot read by a hash keeps nothing by it.
/// </summary>
/// <remarks>
/// Why none that is being uploaded or about to be named goes is argued in docs/decisions. Any number may run
/// at the same time, in any number of processes, beside the service.
/// </remarks>
internal sealed class BlobCollector(
    BlobStore store,
    BlobReferences references,
    TimeSpan grace,
    TimeProvider time
)
{
    private const int PageLength = 500;

    /// <param name="dryRun">Whether everything stays as it is.</param>
    /// <param name="progress">Is told how many names and blobs were looked at.</param>
    public async Task<Collected> RunAsync(bool dryRun, IProgress<long>? progress, CancellationToken ct)
    {
        var collected = new Collected();
        // The names are read after the moment that marks are compared with: what was named before it is seen.
        var due = (time.GetUtcNow() - grace).ToUnixTimeMilliseconds();
        var names = new Names();
        var seen = 0L;
        await foreach (var reference in references.ReadAsync(ct))
        {
            if (reference.IsSeal)
                names.Seals.Add(reference.Hash);
            else if (!BlobMentions.AreOfFile(reference.Event.Span, reference.Hash))
                names.OfProjects.Add(reference.Hash, reference.Project);
            progress?.Report(++seen);
        }

        var after = Array.Empty<byte>();
        for (var page = await PageAsync(after); page.Count > 0; page = await PageAsync(page[^1].Hash))
        {
            var named = await NamedAsync([.. page.Select(row => row.Hash)], names);
            foreach (var row in page)
            {
                await DecideAsync(row, named.Contains(row.Hash), due, collected, dryRun, ct);
                progress?.Report(++seen);
            }
        }

        await CollectOrphansAsync(names, due, collected, dryRun, ct);
        collected.Leftovers = dryRun ? 0 : await store.SweepAsync(ct);
        return collected;
    }

    private Task<IReadOnlyList<BlobRow>> PageAsync(byte[] after) => store.Rows.PageAsync(after, PageLength);

    /// <summary>
    /// Which of the hashes are kept by a name: of a project by the hash that it was given them under, or of
    /// the trace that is sealed in them. Looked up after the names, as the rows are: whoever is given a blob
    /// meanwhile raises its generation.
    /// </summary>
    private async Task<BlobKeys> NamedAsync(IReadOnlyList<byte[]> hashes, Names names)
    {
        var named = new BlobKeys();
        foreach (var hash in hashes.Where(hash => names.Seals.Contains(hash)))
            named.Add(hash);
        foreach (var held in await references.HeldAsync(hashes))
            if (names.OfProjects.Contains(held.Hash, new ProjectId(Ids.ToGuid(held.Project))))
                named.Add(held.Stored);
        return named;
    }

    private async Task DecideAsync(
        BlobRow row,
        bool isNamed,
        long due,
        Collected collected,
        bool dryRun,
        CancellationToken ct
    )
    {
        // A removal or a quarantine whose process is gone. What is marked and not named is removed below.
        if (
            row.RemovingAtMs is { } since
            && store.Rows.IsLapsed(since)
            && (isNamed || row.MarkedAtMs is null)
            && !dryRun
        )
            await store.Rows.EndQuarantineAsync(row, ct);
        if (isNamed)
        {
            collected.Named++;
            if (row.MarkedAtMs is not null && (dryRun || await store.Rows.UnmarkAsync(row, ct)))
                collected.Unmarked++;
        }
        else if (row.MarkedAtMs is null)
        {
            if (row.TouchedAtMs <= due && (dryRun || await store.Rows.MarkAsync(row, ct)))
                collected.Marked++;
        }
        else if (row.MarkedAtMs <= due && (dryRun || await store.RemoveAsync(row, ct)))
        {
            collected.Removed++;
            collected.RemovedBytes += row.ByteLength;
        }
    }

    private async Task CollectOrphansAsync(
        Names names,
        long due,
        Collected collected,
        bool dryRun,
        CancellationToken ct
    )
    {
        await foreach (var listed in store.ListAsync(ct))
            if (
                listed.BlobId is { } blobId
                && listed.ChangedAt.ToUnixTimeMilliseconds() <= due
                && await store.Rows.FindAsync(blobId) is null
                && (await NamedAsync([blobId.Stored()], names)).Count == 0
                && (dryRun || await store.RemoveOrphanAsync(listed, blobId, ct))
            )
                collected.Orphans++;
    }

    private sealed class Names
    {
        public BlobKeys OfProjects { get; } = new();
        public BlobKeys Seals { get; } = new();
    }
}
