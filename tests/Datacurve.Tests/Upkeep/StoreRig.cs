using Dapper;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;
using Datacurve.Server.Upkeep;
using Datacurve.Tests.Conformance;
using Datacurve.Tests.Simulation;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Upkeep;

/// <summary>A store on any engine and any medium, opened as often as a test wants processes on it.</summary>
internal sealed class StoreRig : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly List<(Database Database, BlobStore Store)> _opened = [];
    private readonly TimeProvider _time;
    private PostgresStore? _postgres;
    private TestBucket? _bucket;

    private StoreRig(TimeProvider time) => _time = time;

    /// <summary>Every pair of an engine and a medium.</summary>
    public static TheoryData<string, string> Kinds =>
        new()
        {
            { "sqlite", "files" },
            { "postgresql", "files" },
            { "sqlite", "s3" },
            { "postgresql", "s3" },
        };

    public BlobStore Store => _opened[0].Store;
    public Database Database => _opened[0].Database;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<StoreRig> OpenAsync(string engine, string medium, TimeProvider time)
    {
        var rig = new StoreRig(time);
        if (engine == "postgresql")
            rig._postgres = await PostgresStore.CreateAsync();
        if (medium == "s3")
            rig._bucket = await TestBucket.MakeAsync();
        rig.OpenAnother();
        return rig;
    }

    /// <summary>The same store as another process has it.</summary>
    public BlobStore OpenAnother()
    {
        var options = OptionsReader.Read(_ => null, _folder.Path) with
        {
            PostgresConnection = _postgres?.Connection,
            DatabaseConnectionsMax = 8,
        };
        if (_bucket is not null)
            options = options with { S3 = _bucket.Options };
        var database = Database.Open(options);
        _opened.Add((database, BlobStoreChoice.Of(options, database, _time)));
        return _opened[^1].Store;
    }

    public BlobCollector Collector(TimeSpan grace, int process = 0)
    {
        var (database, store) = _opened[process];
        return new BlobCollector(store, References(database, store), grace, _time);
    }

    public async Task<List<Finding>> FsckAsync()
    {
        var traces = new TraceRows(Database, new EventReader(Database, Store));
        var originals = new OriginalFindings(Store, Database, new RawKeys());
        var fsck = new Fsck(Store, References(Database, Store), traces, originals, _time);
        return await fsck.FindAsync(progress: null, Ct).ToListAsync(Ct);
    }

    public Task<BlobId> PutAsync(byte[] content) => PutAsync(content, ProjectId.Default);

    /// <param name="content">The bytes.</param>
    /// <param name="owner">Who may read them; null for nobody.</param>
    public async Task<BlobId> PutAsync(byte[] content, ProjectId? owner) =>
        (await Store.PutAsync(new MemoryStream(content), expected: null, owner, Ct)).BlobId;

    public async Task<byte[]?> ReadAsync(BlobId blobId)
    {
        await using var stream = await Store.OpenAsync(blobId, Ct);
        if (stream is null)
            return null;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Ct);
        return copy.ToArray();
    }

    public Task<int> ExecuteAsync(string sql, object parameters) =>
        Database.WriteAsync(connection => connection.ExecuteAsync(sql, parameters), Ct);

    /// <summary>A trace's row, with documents as they are given.</summary>
    public async Task<TraceId> AddTraceAsync(
        string document = "{}",
        string? finalState = null,
        Guid? id = null
    )
    {
        var traceId = new TraceId(id ?? Guid.CreateVersion7());
        await ExecuteAsync(
            """
            insert into traces
                (trace_id, created_at_ms, status, repo_id, developer_id, document, ingestion, final_state)
            values (@id, 1, 'collecting', 'r', 'd', @document, @ingestion, @finalState)
            """,
            new
            {
                id = traceId.Stored(),
                document = Utf8(document),
                ingestion = Utf8("{}"),
                finalState = finalState is null ? null : Utf8(finalState),
            }
        );
        return traceId;
    }

    public async Task AddEventAsync(TraceId traceId, string body)
    {
        await ExecuteAsync(
            "insert into events (trace_id, seq, event_id, body) values (@id, 1, @eventId, @body)",
            new
            {
                id = traceId.Stored(),
                eventId = Guid.NewGuid().Stored(),
                body = Utf8(body),
            }
        );
        await ExecuteAsync(
            "update traces set seq_last = 1 where trace_id = @id",
            new { id = traceId.Stored() }
        );
    }

    public Task AddQaAsync(TraceId traceId, string result) =>
        ExecuteAsync(
            """
            insert into qa_runs (qa_job_id, trace_id, number, state, result, created_at_ms)
            values (@job, @id, 1, 'done', @result, 1)
            """,
            new
            {
                job = Guid.NewGuid().Stored(),
                id = traceId.Stored(),
                result = Utf8(result),
            }
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var (database, store) in _opened)
        {
            (store as IDisposable)?.Dispose();
            await database.DisposeAsync();
        }

        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _bucket?.Dispose();
        _folder.Dispose();
    }

    private static BlobReferences References(Database database, BlobStore store) =>
        new(database, new EventReader(database, store));

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
