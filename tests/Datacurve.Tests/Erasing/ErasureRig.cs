using System.Data.Common;
using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Erasing;
using Datacurve.Server.Storage;
using Datacurve.Server.Upkeep;
using Datacurve.Tests.Api;
using Datacurve.Tests.Conformance;
using Datacurve.Tests.Qa.Judges;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Erasing;

/// <summary>The real service on an engine and a medium, and the whole of its store to search.</summary>
internal sealed class ErasureRig : IAsyncDisposable
{
    private readonly ServiceUnderTest _service = new();
    private Func<Options, Options> _configure = options => options;
    private PostgresStore? _postgres;
    private TestBucket? _bucket;

    public HttpClient Client => _service.Client;

    public WholeStore Store => new(_service.Folder, _postgres?.Connection, _bucket);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Database Database => _service.Part<Database>();

    public string Folder => _service.Folder;

    /// <param name="engine">Where rows are.</param>
    /// <param name="medium">Where blobs are.</param>
    /// <param name="model">Who judges; the heuristic judge where left out.</param>
    /// <param name="more">What else is set.</param>
    public static async Task<ErasureRig> StartAsync(
        string engine,
        string medium,
        ModelServer? model = null,
        Func<Options, Options>? more = null
    )
    {
        var rig = new ErasureRig();
        if (engine == "postgresql")
            rig._postgres = await PostgresStore.CreateAsync();
        if (medium == "s3")
            rig._bucket = await TestBucket.MakeAsync();
        rig._configure = options =>
        {
            var quick = QaService.Quick(options, "local") with
            {
                PostgresConnection = rig._postgres?.Connection,
                DatabaseConnectionsMax = 12,
                Keeping = options.Keeping with { SealAfterSeconds = 0, SweepSeconds = 1 },
            };
            quick = quick with { Qa = quick.Qa with { LeaseSeconds = 6 } };
            if (rig._bucket is not null)
                quick = quick with { S3 = rig._bucket.Options };
            return model is null ? quick : FindingsTests.Judged(quick, model);
        };
        await rig.RestartAsync(more);
        return rig;
    }

    /// <summary>Starts, or starts again over the same store.</summary>
    public Task RestartAsync(Func<Options, Options>? more) =>
        _service.StartAsync(options => (more ?? (same => same))(_configure(options)));

    /// <summary>Another process over the same store, which answers clients alone.</summary>
    public async Task<ServiceUnderTest> StartAnotherAsync()
    {
        var another = new ServiceUnderTest();
        await another.StartAsync(options =>
            _configure(options) with
            {
                BlobStorePath = Path.Combine(Folder, "blobs"),
                Roles = new Roles(Api: true, Worker: false),
            }
        );
        return another;
    }

    public T Part<T>()
        where T : notnull => _service.Part<T>();

    public Task<Answer> EraseAsync(string traceId, string query = "reason=consent_withdrawn") =>
        Client.SendAsync(HttpMethod.Delete, $"/traces/{traceId}?now=true&{query}");

    /// <summary>Asks again without haste, which wakes the loop.</summary>
    public Task<Answer> EraseAgainAsync(string traceId) =>
        Client.SendAsync(HttpMethod.Delete, $"/traces/{traceId}");

    public async Task<JsonObject> StoneAsync(string traceId)
    {
        var answer = await EraseAgainAsync(traceId);
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        return answer.Json;
    }

    /// <summary>Waits until nothing is left.</summary>
    public async Task DoneAsync(string traceId)
    {
        while ((await StoneAsync(traceId))["state"]!.GetValue<string>() != "erased")
            await Task.Delay(50, Ct);
        await _service.Part<MachineLeftovers>().SweepAsync(Ct);
    }

    /// <summary>Waits until the rows are gone, from the store's files too.</summary>
    public async Task PurgedAsync(string traceId)
    {
        while (await StateAsync(traceId) is not ("purged" or "done"))
            await Task.Delay(20, Ct);
    }

    public async Task SealedAsync(string traceId)
    {
        while (await SealedHashAsync(traceId) is null)
            await Task.Delay(50, Ct);
    }

    public Task<byte[]?> SealedHashAsync(string traceId) =>
        AskAsync<byte[]?>("select sealed_hash from traces where trace_id = @id", traceId);

    /// <summary>Stores what QA makes of a trace, as a step that has not noticed the erasure.</summary>
    public Task<StoredBlob> MakeAsync(string traceId, string content)
    {
        Assert.True(TraceId.TryParse(traceId, out var id));
        var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content));
        return _service.Part<BlobStore>().PutAsync(stream, madeOf: id, Ct);
    }

    /// <summary>
    /// Stores what is made of a trace, broken off when the bytes are there and their row is not.
    /// </summary>
    public async Task BreakOffAsync(string traceId, string content)
    {
        await ExecuteAsync("alter table blobs rename to blobs_away");
        await Assert.ThrowsAnyAsync<DbException>(() => MakeAsync(traceId, content));
        await ExecuteAsync("alter table blobs_away rename to blobs");
    }

    /// <summary>Breaks a blob's stored bytes and has it read, so that they are set aside.</summary>
    public async Task DamageAsync(string blobId)
    {
        await BreakAsync(blobId);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAnswerAsync($"/blobs/{blobId}")).Status);
    }

    /// <summary>Breaks a blob's stored bytes.</summary>
    public async Task BreakAsync(string blobId)
    {
        Assert.True(BlobId.TryParse(blobId, out var id));
        var name = $"sha256/{id.Hash[..2]}/{id.Hash}";
        if (_bucket is not null)
        {
            await _bucket.PutAsync(name, Broken((await _bucket.BytesAsync(name))!));
        }
        else
        {
            var path = Path.Combine(_service.Folder, "blobs", name);
            await File.WriteAllBytesAsync(path, Broken(await File.ReadAllBytesAsync(path, Ct)), Ct);
        }
    }

    private static byte[] Broken(byte[] bytes) => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];

    /// <summary>As if the blob had been sent longer ago than anybody may take to name it.</summary>
    public Task AgeAsync(BlobId blobId) => AgeAsync(Database, blobId);

    public static Task AgeAsync(Database database, BlobId blobId) =>
        database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    "update blobs set touched_at_ms = 1 where hash = @hash",
                    new { hash = blobId.Stored() }
                ),
            Ct
        );

    /// <summary>As if everything had been sent longer ago than anybody may take to name it.</summary>
    public Task AgeAsync() => ExecuteAsync("update blobs set touched_at_ms = 1");

    /// <summary>Removes what developers withhold, as the loop does every minute.</summary>
    public Task<int> RemoveWithheldAsync() => _service.Part<WithheldBlobs>().RemoveAsync(Ct);

    public async Task<List<Finding>> FsckAsync() =>
        await _service.Part<Fsck>().FindAsync(progress: null, Ct).ToListAsync(Ct);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _bucket?.Dispose();
    }

    public Task<int> ExecuteAsync(string sql) =>
        Database.WriteAsync(connection => connection.ExecuteAsync(sql), Ct);

    private Task<string> StateAsync(string traceId) =>
        AskAsync<string>("select state from erasures where trace_id = @id", traceId);

    private Task<T> AskAsync<T>(string sql, string traceId) =>
        Database.ReadAsync(connection =>
            connection.QuerySingleAsync<T>(
                sql,
                new { id = TraceId.TryParse(traceId, out var id) ? id.Stored() : [] }
            )
        );
}
