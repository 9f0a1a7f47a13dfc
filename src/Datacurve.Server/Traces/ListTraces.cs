using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Traces;

/// <summary>
/// <c>GET /traces</c>: traces, newest first, by what they are and what QA found; with a cursor.
/// </summary>
internal sealed class ListTraces(Database database, KeptNames names)
{
    private const int LimitDefault = 50;
    private const int LimitMax = 200;
    public static readonly string[] Statuses = ["collecting", "finalizing", "complete", "failed"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/traces",
                (
                    [AsParameters] TraceFilter filter,
                    Caller caller,
                    ListTraces slice,
                    HttpResponse response,
                    CancellationToken ct
                ) => slice.HandleAsync(filter, caller.Project, response, ct)
            )
            .WithName("list_traces")
            .RequireScope(Scope.Read)
            .WithSummary("Traces, newest first")
            .WithDescription(
                "The traces that fit every filter that is given, a page at a time. Where `next_cursor` is not null, "
                    + "send it as `cursor` for the page after."
            )
            .Takes("status", "Only traces in this state.", Statuses)
            .Takes("repo_id", "Only traces of this repository, by the `repo_id` that its client sent.")
            .Takes(
                "developer_id",
                "Only traces of this developer, by the `developer_id` that its client sent."
            )
            .Takes("label", "Only traces whose task has this label.")
            .Takes("created_after_ms", "Only traces opened at this time or later, in Unix milliseconds.")
            .Takes("created_before_ms", "Only traces opened before this time, in Unix milliseconds.")
            .Takes("overall_min", "Only traces that the judge gave at least this, from 0 to 5.")
            .TakesFlag(
                "passed",
                "Only traces whose fix the tests proved, or with false those whose it did not."
            )
            .Takes("cursor", "The `next_cursor` of the page before; the first page where it is absent.")
            .TakesLimit(LimitDefault, LimitMax, "How many traces a page has at most.")
            .Produces<JsonElement>()
            .ProducesProblem(StatusCodes.Status400BadRequest);

    private async Task<IResult> HandleAsync(
        TraceFilter filter,
        ProjectId project,
        HttpResponse response,
        CancellationToken ct
    )
    {
        if (filter.Status is { } status && !Statuses.Contains(status, StringComparer.Ordinal))
            return Problem.Invalid(
                "status",
                $"must be one of {string.Join(", ", Statuses)}",
                Problem.Cut(status)
            );
        if (filter.Limit is < 1 or > LimitMax)
            return Problem.Invalid("limit", $"must be 1 to {LimitMax}", filter.Limit.ToString());
        if (filter.OverallMin is { } overallMin && !double.IsFinite(overallMin))
            return Problem.Invalid("overall_min", "must be a number", overallMin.ToString("R"));
        if (!Cursor.TryParse(filter.Cursor, out var cursor))
            return Problem.Invalid("cursor", "is not a cursor of this service", Problem.Cut(filter.Cursor!));

        var limit = filter.Limit ?? LimitDefault;
        var kept = filter with
        {
            RepoId = filter.RepoId is { } repo ? await names.OfRepoAsync(project, repo, ct) : null,
            DeveloperId = filter.DeveloperId is { } developer
                ? await names.OfDeveloperAsync(project, developer, ct)
                : null,
            Label = filter.Label is { } label ? await names.OfLabelAsync(project, label, ct) : null,
        };
        var rows = await QueryAsync(filter, kept, project, cursor, limit + 1);
        await WriteAsync(response, rows, limit, ct);
        return TypedResults.Empty;
    }

    /// <param name="filter">As it was asked for.</param>
    /// <param name="kept">With names as redaction leaves them.</param>
    private Task<List<ListedTrace>> QueryAsync(
        TraceFilter filter,
        TraceFilter kept,
        ProjectId project,
        Cursor cursor,
        int limit
    ) =>
        database.ReadAsync(async connection =>
        {
            var rows = connection.QueryUnbufferedAsync<ListedTrace>(
                """
                select t.trace_id as StoredId, t.created_at_ms as CreatedAtMs,
                    t.finalized_at_ms as FinalizedAtMs,
                    t.status, t.repo_id as RepoId, t.developer_id as DeveloperId, t.seq_last as SeqLast,
                    t.overall, t.passed, t.document, q.result
                from traces t left join qa_runs q on q.qa_job_id = t.qa_job_id
                where t.project_id = @project and (t.created_at_ms < @beforeMs
                            or (t.created_at_ms = @beforeMs and t.trace_id < @beforeId))
                    and (@status is null or t.status = @status)
                    and (@repoId is null or t.repo_id in (@repoId, @repoKept))
                    and (@developerId is null or t.developer_id in (@developerId, @developerKept))
                    and (@createdAfterMs is null or t.created_at_ms >= @createdAfterMs)
                    and (@createdBeforeMs is null or t.created_at_ms < @createdBeforeMs)
                    and (@overallMin is null or t.overall >= @overallMin)
                    and (@passed is null or t.passed = @passed)
                    and (@label is null or exists (
                        select 1 from trace_labels l
                        where l.trace_id = t.trace_id and l.label in (@label, @labelKept)))
                order by t.created_at_ms desc, t.trace_id desc limit @limit
                """,
                new
                {
                    project = project.Value.Stored(),
                    beforeMs = cursor.BeforeMs,
                    beforeId = cursor.BeforeId,
                    status = filter.Status,
                    repoId = filter.RepoId,
                    repoKept = kept.RepoId,
                    developerId = filter.DeveloperId,
                    developerKept = kept.DeveloperId,
                    createdAfterMs = filter.CreatedAfterMs,
                    createdBeforeMs = filter.CreatedBeforeMs,
                    overallMin = filter.OverallMin,
                    passed = filter.Passed is { } passed ? (passed.IsOn ? 1 : 0) : (int?)null,
                    label = filter.Label,
                    labelKept = kept.Label,
                    limit,
                }
            );
            // Of a document only what is listed is kept: a page of the largest would not fit in memory.
            var listed = new List<ListedTrace>();
            await foreach (var row in rows)
                listed.Add(row.WithoutDocument());
            return listed;
        });

    private static async Task WriteAsync(
        HttpResponse response,
        List<ListedTrace> rows,
        int limit,
        CancellationToken ct
    )
    {
        response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, ServerJson.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartArray("traces");
        foreach (var row in rows.Take(limit))
            Write(writer, row);
        writer.WriteEndArray();
        writer.WriteString("next_cursor", rows.Count > limit ? Cursor.After(rows[limit - 1]) : null);
        writer.WriteEndObject();
        await writer.FlushAsync(ct);
    }

    private static void Write(Utf8JsonWriter writer, ListedTrace row)
    {
        writer.WriteStartObject();
        writer.WriteString("trace_id", new TraceId(Ids.ToGuid(row.StoredId)).ToString());
        writer.WriteNumber("created_at_ms", row.CreatedAtMs);
        WriteNumber(writer, "finalized_at_ms", row.FinalizedAtMs);
        writer.WriteString("status", row.Status);
        writer.WriteString("repo_id", row.RepoId);
        writer.WriteString("developer_id", row.DeveloperId);
        writer.WriteString("title", row.Title);
        writer.WritePropertyName("labels");
        writer.WriteRawValue(row.Labels, skipInputValidation: true);
        writer.WriteNumber("seq_last", row.SeqLast);
        WriteNumber(writer, "overall", row.Overall);
        if (row.Passed is { } passed)
            writer.WriteBoolean("passed", passed != 0);
        else
            writer.WriteNull("passed");
        writer.WriteString("judge", row.Judge);
        writer.WriteString("rubric_version", row.RubricVersion);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    private sealed record ListedTrace
    {
        public required byte[] StoredId { get; init; }
        public required long CreatedAtMs { get; init; }
        public long? FinalizedAtMs { get; init; }
        public required string Status { get; init; }
        public required string RepoId { get; init; }
        public required string DeveloperId { get; init; }
        public required long SeqLast { get; init; }
        public double? Overall { get; init; }
        public long? Passed { get; init; }
        public required byte[] Document { get; init; }
        public byte[]? Result { get; init; }
        public string Title { get; init; } = "";
        public string Labels { get; init; } = "[]";
        public string? Judge { get; init; }
        public string? RubricVersion { get; init; }

        public ListedTrace WithoutDocument()
        {
            using var document = JsonDocument.Parse(Document);
            var task = document.RootElement.GetProperty("task");
            var judge = JudgeOf(Result);
            return this with
            {
                Document = [],
                Result = null,
                Judge = judge?.GetProperty("model").GetString(),
                RubricVersion = judge?.GetProperty("rubric_version").GetString(),
                Title = task.GetProperty("bug_report").GetProperty("title").GetString()!,
                Labels = task.GetProperty("labels").GetRawText(),
            };
        }

        private static JsonElement? JudgeOf(byte[]? result) =>
            result is not null
            && JsonElement.Parse(result).TryGetProperty("judge", out var judge)
            && judge.ValueKind == JsonValueKind.Object
                ? judge
                : null;
    }

    /// <summary>The place after a trace in the order of the list; opaque to clients.</summary>
    private readonly record struct Cursor(long BeforeMs, byte[] BeforeId)
    {
        private static readonly Cursor Start = new(long.MaxValue, []);

        public static string After(ListedTrace row) =>
            Base64Url.EncodeToString(
                Encoding.ASCII.GetBytes($"{row.CreatedAtMs}.{Convert.ToHexStringLower(row.StoredId)}")
            );

        public static bool TryParse(string? text, out Cursor cursor)
        {
            cursor = Start;
            if (string.IsNullOrEmpty(text))
                return true;
            if (!Base64Url.IsValid(text))
                return false;

            var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.');
            if (
                parts.Length != 2
                || !long.TryParse(parts[0], out var beforeMs)
                || parts[1].Length != 32
                || !parts[1].All(char.IsAsciiHexDigitLower)
            )
                return false;

            cursor = new Cursor(beforeMs, Convert.FromHexString(parts[1]));
            return true;
        }
    }
}
