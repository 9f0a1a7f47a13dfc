using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;

namespace Datacurve.Server.Upkeep;

/// <summary>A blob that is named, and the trace that names it.</summary>
/// <param name="TraceId">The trace.</param>
/// <param name="Hash">The blob's name, 32 bytes.</param>
internal readonly record struct BlobReference(TraceId TraceId, byte[] Hash)
{
    /// <summary>Whose the trace was when its row was read.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>The event that names it, as it is kept; empty where none does.</summary>
    public ReadOnlyMemory<byte> Event { get; init; }

    /// <summary>Whether it is what the trace is sealed in, which is nobody's to read by its hash.</summary>
    public bool IsSeal { get; init; }
}

/// <summary>What is kept of what a project names by a hash; often the same.</summary>
internal sealed record HeldBlob
{
    public required byte[] Project { get; init; }
    public required byte[] Hash { get; init; }
    public required byte[] Stored { get; init; }
}

/// <summary>
/// Reads every name of a blob in the store that keeps it: in the documents of traces, in their events, and in
/// what QA found, but for what a trace's developer withholds. Reads a page at a time; only what the caller
/// keeps grows with the store.
/// </summary>
/// <remarks>
/// Every column of a row is looked at, so that one that is added later is not forgotten: text is searched,
/// and 32 bytes are taken for a hash. A trace's row comes before its events, and events are read in whatever
/// way they are kept.
/// </remarks>
internal sealed class BlobReferences(Database database, EventReader events)
{
    private const int PageLength = 100;
    private const int HashLength = 32;
    private const int NameLength = 7 + (2 * HashLength);

    private const string QaRuns = """
        select * from (
            select q.*, t.project_id from qa_runs q join traces t on t.trace_id = q.trace_id) as q
        """;

    /// <param name="ct">Ends the walk.</param>
    /// <param name="skipDamaged">Whether a sealed trace that cannot be read is passed over; who would remove
    /// what it names must not.</param>
    public async IAsyncEnumerable<BlobReference> ReadAsync(
        [EnumeratorCancellation] CancellationToken ct,
        bool skipDamaged = false
    )
    {
        await foreach (var row in PagedAsync("select * from traces", "trace_id", ct))
        {
            var traceId = new TraceId(Ids.ToGuid((byte[])row["trace_id"]));
            var project = ProjectOf(row);
            // Noted with the event that names it: what is noted after this look keeps its blob once more.
            var withheld = await database.ReadAsync(connection => WithheldNames.OfAsync(connection, traceId));
            foreach (var (column, value) in row.Where(IsNoChain))
            foreach (var hash in Hashes(value))
                if (IsKept(hash, withheld))
                    yield return new BlobReference(traceId, hash)
                    {
                        Project = project,
                        IsSeal = column == "sealed_hash",
                    };
            await foreach (var reference in InEventsAsync(traceId, project, skipDamaged, ct))
                if (IsKept(reference.Hash, withheld))
                    yield return reference;
        }

        await foreach (var row in PagedAsync(QaRuns, "qa_job_id", ct))
        foreach (var hash in row.Values.SelectMany(Hashes))
            yield return new BlobReference(new TraceId(Ids.ToGuid((byte[])row["trace_id"])), hash)
            {
                Project = ProjectOf(row),
            };
    }

    /// <summary>
    /// What a project keeps under these hashes, and by which it names it. An original is named by whoever
    /// names the blob; one without a row is what a killed upload left, and is kept by nothing.
    /// </summary>
    public Task<IEnumerable<HeldBlob>> HeldAsync(IEnumerable<byte[]> hashes) =>
        database.ReadAsync(connection =>
            connection.QueryAsync<HeldBlob>(
                $"""
                select project_id as Project, hash as Hash, stored_hash as Stored from project_blobs
                where {database.IsAny("stored_hash", "@hashes")}
                union all
                select o.project_id, o.hash, o.original_hash
                from blob_originals o join blobs b on b.hash = o.original_hash
                where {database.IsAny("o.original_hash", "@hashes")}
                """,
                new { hashes = hashes.ToArray() }
            )
        );

    /// <summary>
    /// The blobs that are kept under another hash than they are named by, since something of them was
    /// replaced on their way in.
    /// </summary>
    public async IAsyncEnumerable<HeldBlob> RenamedAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var after = new HeldBlob
        {
            Project = [],
            Hash = [],
            Stored = [],
        };
        while (true)
        {
            var page = await database.ReadAsync(async connection =>
                (
                    await connection.QueryAsync<HeldBlob>(
                        """
                        select project_id as Project, hash as Hash, stored_hash as Stored from project_blobs
                        where stored_hash <> hash and (project_id, hash) > (@Project, @Hash)
                        order by project_id, hash limit @limit
                        """,
                        new
                        {
                            after.Project,
                            after.Hash,
                            limit = PageLength,
                        }
                    )
                ).AsList()
            );
            foreach (var renamed in page)
            {
                ct.ThrowIfCancellationRequested();
                yield return renamed;
            }

            if (page.Count < PageLength)
                yield break;
            after = page[^1];
        }
    }

    private static ProjectId ProjectOf(IDictionary<string, object> row) =>
        new(Ids.ToGuid((byte[])row["project_id"]));

    private static bool IsKept(byte[] hash, HashSet<BlobId> withheld) =>
        withheld.Count == 0 || !withheld.Contains(BlobId.FromHash(hash));

    // A chain's head has a hash's length and names no blob.
    private static bool IsNoChain(KeyValuePair<string, object> column) => column.Key != "chain_head";

    private async IAsyncEnumerable<BlobReference> InEventsAsync(
        TraceId traceId,
        ProjectId project,
        bool skipDamaged,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await using var stored = events.ReadAsync(traceId, 0, long.MaxValue, ct).GetAsyncEnumerator(ct);
        while (true)
        {
            try
            {
                if (!await stored.MoveNextAsync())
                    yield break;
            }
            catch (Exception exception)
                when (skipDamaged && (exception is BlobCorruptException or SealedTraceException))
            {
                yield break;
            }

            foreach (var hash in BlobMentions.In(stored.Current.Body))
                yield return new BlobReference(traceId, hash)
                {
                    Project = project,
                    Event = stored.Current.Body,
                };
        }
    }

    private static List<byte[]> Hashes(object? value) =>
        value switch
        {
            byte[] { Length: HashLength } hash => [hash],
            // An id is no document: some have bytes that look like one of JSON with escapes.
            byte[] { Length: < NameLength } => [],
            byte[] document => BlobMentions.In(document),
            string text => BlobMentions.InText(Encoding.UTF8.GetBytes(text)),
            _ => [],
        };

    private async IAsyncEnumerable<IDictionary<string, object>> PagedAsync(
        string select,
        string key,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var after = Array.Empty<byte>();
        while (true)
        {
            var page = await database.ReadAsync(connection => PageAsync(connection, select, key, after));
            foreach (var row in page)
            {
                ct.ThrowIfCancellationRequested();
                yield return row;
            }

            if (page.Count < PageLength)
                yield break;
            after = (byte[])page[^1][key];
        }
    }

    private static async Task<List<IDictionary<string, object>>> PageAsync(
        DbConnection connection,
        string select,
        string key,
        byte[] after
    ) =>
        [
            .. (
                await connection.QueryAsync(
                    $"{select} where {key} > @after order by {key} limit @limit",
                    new { after, limit = PageLength }
                )
            ).Cast<IDictionary<string, object>>(),
        ];
}
