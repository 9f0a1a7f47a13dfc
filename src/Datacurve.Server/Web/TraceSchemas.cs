using Datacurve.Core.Json;
using Datacurve.Server.Qa;
using Datacurve.Server.Traces;
using Microsoft.OpenApi;
using static Datacurve.Server.Web.Schemas;

namespace Datacurve.Server.Web;

/// <summary>
/// What the service says of traces: the answers that are written as streams, from the records of which they
/// are made.
/// </summary>
internal sealed class TraceSchemas(SchemaWriter schemas, IOpenApiSchema recorded)
{
    private const JsonSchemaType Null = JsonSchemaType.Null;

    private IOpenApiSchema Qa { get; } = schemas.Of(Shape.Of(DatacurveJson.Default.QaResult));

    /// <summary>What the client said, and what the service adds.</summary>
    public OpenApiSchemaReference Document()
    {
        var trace = Head();
        Add(trace, "events", ListOf(recorded));
        Add(trace, "final_state", FinalState());
        Add(trace, "qa", OrNull(Qa, "What QA found; null until it has, and where it was not asked for."));
        trace.Properties!["qa_progress"] = schemas.Component("QaProgress", Progress());
        trace.Properties["withheld"] = schemas.Component("Withheld", Withheld());
        return schemas.Component("TraceDocument", trace);
    }

    /// <summary>The document as it was sent.</summary>
    public OpenApiSchemaReference Raw()
    {
        var trace = Head();
        Add(trace, "final_state", FinalState());
        return schemas.Component("RawTrace", trace);
    }

    public OpenApiSchemaReference List()
    {
        var listed = Object(
            ("trace_id", Id()),
            ("created_at_ms", Integer()),
            ("finalized_at_ms", Integer(Null)),
            ("status", Status()),
            ("repo_id", Text()),
            ("developer_id", Text()),
            ("title", Text()),
            ("labels", ListOf(Text())),
            ("seq_last", Integer(description: "The last `seq` that the trace holds; 0 where it holds none.")),
            ("overall", new OpenApiSchema { Type = JsonSchemaType.Number | Null }),
            ("passed", Flag(Null, "Whether the tests proved the fix; null until QA has ended.")),
            ("judge", Text(Null, "The model that scored the trace, or the heuristic judge.")),
            ("rubric_version", Text(Null))
        );
        return schemas.Component(
            "ListedTraces",
            Object(
                ("traces", ListOf(schemas.Component("ListedTrace", listed))),
                ("next_cursor", Text(Null, "Null on the last page."))
            )
        );
    }

    public OpenApiSchemaReference Events() =>
        schemas.Component(
            "ListedEvents",
            Object(
                ("events", ListOf(recorded)),
                ("seq_last", Integer(description: "The last `seq` that the trace holds.")),
                ("next_after_seq", Integer(Null, "Null on the last page."))
            )
        );

    public OpenApiSchemaReference QaRuns()
    {
        var run = Object(
            ("qa_job_id", Id()),
            ("number", Integer(description: "Which QA of the trace it is, from 1.")),
            ("state", Step("The step that is next or under way, or how it ended.")),
            ("created_at_ms", Integer()),
            ("finished_at_ms", Integer(Null)),
            ("qa", Qa)
        );
        return schemas.Component(
            "ListedQaRuns",
            Object(("qa_runs", ListOf(schemas.Component("ListedQaRun", run))))
        );
    }

    public OpenApiSchemaReference State()
    {
        var file = Object(
            ("path", Text(description: "From the root of the repository.")),
            ("byte_length", Integer()),
            ("sha256", Text(description: "64 lower-case hex digits.")),
            ("mode", OneOf("regular", "executable", "symbolic_link")),
            ("changed", Flag(description: "Whether it differs from the base."))
        );
        return schemas.Component(
            "TraceState",
            Object(
                ("files", ListOf(schemas.Component("TraceFile", file))),
                ("broken_at_seq", Integer(Null, "The event that does not apply; null where all do.")),
                ("reason", Text(Null, "Why it does not."))
            )
        );
    }

    private OpenApiSchema Head()
    {
        var trace = schemas.Inline(Shape.Of(DatacurveJson.Default.NewTrace));
        Add(trace, "trace_version", OneOf("1.0"));
        Add(trace, "trace_id", Id());
        Add(trace, "created_at_ms", Integer());
        Add(trace, "finalized_at_ms", Integer(Null, "Null while the trace is collecting."));
        Add(trace, "status", Status());
        Add(trace, "ingestion", schemas.Component("TraceIngestion", Ingestion()));
        Add(
            trace,
            "redaction",
            OrNull(schemas.Of(TraceDocument.RedactionShape), "What was replaced, counted by rule.")
        );
        return trace;
    }

    private OpenApiSchema Ingestion()
    {
        var ingestion = schemas.Inline(Shape.Of(DatacurveJson.Default.Ingestion));
        ingestion.Required = ingestion.Properties!.Keys.ToHashSet();
        Add(
            ingestion,
            "client_session_id",
            Text(description: "As it was sent, and the trace's id where it was not.")
        );
        Add(ingestion, "dedupe_policy", OneOf("event_id"));
        Add(
            ingestion,
            "seq_last",
            Integer(description: "The last `seq` that the trace holds; 0 where it holds none.")
        );
        return ingestion;
    }

    private OpenApiSchema FinalState() => OrNull(schemas.Of(Shape.Of(DatacurveJson.Default.FinalState)));

    private static OpenApiSchema Progress()
    {
        var progress = Object(
            ("qa_job_id", Id()),
            ("step", Step("The step that is next or under way.")),
            ("attempts", Integer(description: "How often the step was begun.")),
            ("message", Text(Null, "What it does now, in a sentence."))
        );
        progress.Description = "How far QA is; absent while none runs.";
        return progress;
    }

    private static OpenApiSchema Withheld()
    {
        var withheld = Object(
            ("blobs", Integer()),
            ("bytes", Integer()),
            ("lines_added", Integer(description: "Of diffs.")),
            ("lines_removed", Integer(description: "Of diffs."))
        );
        withheld.Description =
            "What the developer does not let be stored, counted; absent where it is nothing.";
        return withheld;
    }

    private static OpenApiSchema Step(string description)
    {
        var step = OneOf(QaStep.All);
        step.Description = description;
        return step;
    }

    private static void Add(OpenApiSchema schema, string name, IOpenApiSchema member)
    {
        schema.Properties![name] = member;
        schema.Required!.Add(name);
    }
}
