using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Core.Json;
using Datacurve.Core.Traces;
using Datacurve.Server.Originals;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Traces;

/// <summary>The answer to a new trace.</summary>
internal sealed record CreatedTrace(string TraceId, long CreatedAtMs, string Status);

/// <summary>
/// <c>POST /traces</c>: opens a trace. With an <c>Idempotency-Key</c>, sending again opens no second.
/// </summary>
internal sealed class CreateTrace(
    Database database,
    Cleansers cleansers,
    TraceOriginals originals,
    Consents consents,
    Options options,
    TimeProvider time
)
{
    private const int KeyLengthMax = 255;

    // What the key of a trace gives that was erased; its time is that of the erasure.
    private const string Erased = "erased";
    private static readonly Shape Body = Shape.Of(DatacurveJson.Default.NewTrace);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/traces",
                (HttpRequest request, Caller caller, CreateTrace slice, CancellationToken ct) =>
                    slice.HandleAsync(request, caller.Project, ct)
            )
            .WithName("create_trace")
            .RequireScope(Scope.Ingest)
            .WithSummary("Open a trace")
            .WithDescription(
                "Opens a trace that collects events until it is finalized. With the header `Idempotency-Key`, of at "
                    + "most 255 characters, the same body sent again gives the same trace; another body is refused."
            )
            .TakesAnyQuery()
            .Produces<CreatedTrace>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status410Gone)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private async Task<IResult> HandleAsync(HttpRequest request, ProjectId project, CancellationToken ct)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > KeyLengthMax)
            return Problem.Invalid("Idempotency-Key", $"takes at most {KeyLengthMax} characters");

        var body = await RequestBody.ReadJsonAsync(request, Body, options.Limits, fillNulls: true, ct);
        if (body.Errors.Count > 0)
            return Problem.Invalid(body.Errors);

        var cleanser = await cleansers.OfAsync(project, ct);
        var report = cleanser.NewReport();
        var now = time.GetUtcNow();
        var redacted = cleanser.Cleanse(body.Json, report);
        var trace = StoredTrace.From(redacted, project, TraceId.New(now), now.ToUnixTimeMilliseconds()) with
        {
            Redaction = AppliedRedaction.Of(report).Stored(),
        };
        trace = trace with { Withheld = consents.Of(trace.Consent, cleanser)?.NewTrace(redacted) ?? [] };
        if (report.Total > 0)
            trace = trace with
            {
                Original = await originals.SealAsync(
                    project,
                    trace.TraceId,
                    TraceOriginals.Opened,
                    body.Json
                ),
            };
        key = cleanser.Text(key, cleanser.NewReport());
        var created = await database.WriteAsync(
            connection =>
                key.Length == 0 ? InsertAsync(connection, trace) : InsertOnceAsync(connection, trace, key),
            ct
        );
        if (created is null)
            return Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                "This Idempotency-Key was used with another body. Use a new key for a new trace."
            );

        if (created.TraceId == trace.TraceId.ToString())
            consents.Remember(trace.TraceId, trace.Consent);
        if (TraceId.TryParse(created.TraceId, out var traceId))
            request.HttpContext.Features.Set(new AuditSubject(traceId));
        if (created.Status == Erased)
            return Problem.Erased(traceId, created.CreatedAtMs);
        return TypedResults.Json(
            created,
            ServerJson.Readable.CreatedTrace,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static async Task<CreatedTrace?> InsertOnceAsync(
        DbConnection connection,
        StoredTrace trace,
        string key
    )
    {
        // The key is taken first: of two requests at once the second waits here for the first one's commit.
        var taken = await connection.ExecuteAsync(
            """
            insert into idempotency_keys (project_id, idempotency_key, request_hash, trace_id, created_at_ms)
            values (@project, @key, @RequestHash, @TraceId, @CreatedAtMs)
            on conflict (project_id, idempotency_key) do nothing
            """,
            new
            {
                project = trace.Project.Value.Stored(),
                key,
                trace.RequestHash,
                TraceId = trace.TraceId.Stored(),
                trace.CreatedAtMs,
            }
        );
        if (taken == 1)
            return await RefuseErasedAsync(connection, trace, key) ?? await InsertAsync(connection, trace);

        var earlier = await connection.QuerySingleOrDefaultAsync<EarlierTrace?>(
            """
            select k.request_hash as RequestHash, t.trace_id as TraceId,
                t.created_at_ms as CreatedAtMs, t.status
            from idempotency_keys k join traces t on t.trace_id = k.trace_id
            where k.project_id = @project and k.idempotency_key = @key
            """,
            new { key, project = trace.Project.Value.Stored() }
        );
        // The trace that it opened was erased between the two statements, and has given it back.
        if (earlier is null)
            return await InsertOnceAsync(connection, trace, key);
        return earlier.RequestHash.AsSpan().SequenceEqual(trace.RequestHash)
            ? new CreatedTrace(
                new TraceId(Ids.ToGuid(earlier.TraceId)).ToString(),
                earlier.CreatedAtMs,
                earlier.Status
            )
            : null;
    }

    /// <summary>
    /// A key whose trace was erased opens no other. Looked up once the key is taken: an erasure gives it back
    /// and forbids it in one transaction.
    /// </summary>
    private static async Task<CreatedTrace?> RefuseErasedAsync(
        DbConnection connection,
        StoredTrace trace,
        string key
    )
    {
        if (await Erasures.FindByKeyAsync(connection, trace.Project, key) is not { } erased)
            return null;
        await connection.ExecuteAsync(
            "delete from idempotency_keys where project_id = @project and idempotency_key = @key",
            new { project = trace.Project.Value.Stored(), key }
        );
        return new CreatedTrace(erased.TraceId.ToString(), erased.ErasedAtMs, Erased);
    }

    private static async Task<CreatedTrace?> InsertAsync(DbConnection connection, StoredTrace trace)
    {
        await connection.ExecuteAsync(
            """
            insert into traces
                (trace_id, project_id, created_at_ms, status, repo_id, developer_id, document, ingestion,
                redaction)
            values
                (@TraceId, @Project, @CreatedAtMs, 'collecting', @RepoId, @DeveloperId, @Document, @Ingestion,
                @Redaction)
            """,
            new
            {
                TraceId = trace.TraceId.Stored(),
                Project = trace.Project.Value.Stored(),
                trace.CreatedAtMs,
                trace.RepoId,
                trace.DeveloperId,
                trace.Document,
                trace.Ingestion,
                trace.Redaction,
            }
        );
        await TraceOriginals.AddAsync(connection, trace.TraceId, TraceOriginals.Opened, trace.Original);
        foreach (var label in trace.Labels.Distinct(StringComparer.Ordinal))
            await connection.ExecuteAsync(
                "insert into trace_labels (trace_id, label) values (@traceId, @label)",
                new { traceId = trace.TraceId.Stored(), label }
            );
        await WithheldNames.NoteAsync(connection, trace.TraceId, trace.Withheld);
        return new CreatedTrace(trace.TraceId.ToString(), trace.CreatedAtMs, "collecting");
    }

    private sealed record EarlierTrace(byte[] RequestHash, byte[] TraceId, long CreatedAtMs, string Status);

    /// <summary>
    /// A valid body taken apart: what is searched for, and the documents that are given back.
    /// </summary>
    private sealed record StoredTrace(
        TraceId TraceId,
        ProjectId Project,
        long CreatedAtMs,
        string RepoId,
        string DeveloperId,
        IReadOnlyList<string> Labels,
        byte[] Document,
        byte[] Ingestion,
        byte[] RequestHash
    )
    {
        public byte[]? Redaction { get; init; }
        public required ConsentFlags Consent { get; init; }

        /// <summary>The body before that, sealed; null where it is not kept.</summary>
        public byte[]? Original { get; init; }

        /// <summary>The blobs that it names and that may not be stored.</summary>
        public IReadOnlyCollection<BlobId> Withheld { get; init; } = [];

        public static StoredTrace From(
            ReadOnlyMemory<byte> json,
            ProjectId project,
            TraceId traceId,
            long nowMs
        )
        {
            using var body = JsonDocument.Parse(json);
            var trace = body.Deserialize(DatacurveJson.Default.NewTrace)!;
            return new StoredTrace(
                traceId,
                project,
                nowMs,
                trace.Repo.RepoId,
                trace.Developer.DeveloperId,
                trace.Task.Labels,
                TraceDocument.ClientMembers(body.RootElement),
                TraceDocument.IngestionMembers(body.RootElement, traceId),
                SHA256.HashData(json.Span)
            )
            {
                Consent = trace.Developer.ConsentFlags,
            };
        }
    }
}
