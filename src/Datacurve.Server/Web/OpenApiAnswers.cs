using System.Text.Json.Nodes;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Server.Traces;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Datacurve.Server.Web;

/// <summary>
/// What the OpenAPI document says of answers that are written as streams, of failures that no handler makes,
/// and of keys.
/// </summary>
internal static class OpenApiAnswers
{
    private const string Json = "application/json";
    private const string KeyScheme = "key";

    private static readonly int[] BodyFailures =
    [
        StatusCodes.Status408RequestTimeout,
        StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType,
    ];

    // A store that is away, and a disk that is full.
    private static readonly int[] ReadFailures = [StatusCodes.Status503ServiceUnavailable];

    private static readonly int[] WriteFailures =
    [
        StatusCodes.Status503ServiceUnavailable,
        StatusCodes.Status507InsufficientStorage,
    ];

    private static readonly string[] ComeBack = ["429", "503"];

    public static void Describe(OpenApiDocument api, SchemaWriter schemas, EventCatalog catalog)
    {
        var recorded = schemas.Of(catalog.EventShape);
        Answers(api, "/traces/{trace_id}", Json, Trace(schemas, recorded));
        Answers(api, "/traces", Json, schemas.Component("ListedTraces", ListedTraces(schemas)));
        Answers(api, "/traces/{trace_id}/events", Json, schemas.Component("ListedEvents", Events(recorded)));
        Answers(api, "/traces/{trace_id}/events", "application/x-ndjson", recorded);
        Answers(api, "/traces/{trace_id}/events/stream", "text/event-stream", Text());
        schemas.Component(nameof(Microsoft.AspNetCore.Mvc.ProblemDetails), Problem(schemas));
        DescribeKeys(api);
        foreach (var (path, item) in api.Paths)
        foreach (var (method, operation) in item.Operations!)
        {
            if (operation.RequestBody is not null)
                AddFailures(api, operation, BodyFailures);
            if (!path.StartsWith("/health", StringComparison.Ordinal))
                AddFailures(api, operation, method == HttpMethod.Get ? ReadFailures : WriteFailures);
            TellWhenToComeBack(operation);
        }
    }

    private static void Answers(OpenApiDocument api, string path, string type, IOpenApiSchema schema)
    {
        var answer = (OpenApiResponse)api.Paths[path].Operations![HttpMethod.Get].Responses!["200"];
        answer.Content ??= new Dictionary<string, OpenApiMediaType>();
        answer.Content[type] = new() { Schema = schema };
    }

    /// <summary>What the client said, and what the service adds.</summary>
    private static OpenApiSchemaReference Trace(SchemaWriter schemas, IOpenApiSchema recorded)
    {
        var trace = schemas.Inline(Shape.Of(DatacurveJson.Default.NewTrace));
        trace.Properties!["trace_version"] = Text();
        trace.Properties["trace_id"] = Id();
        trace.Properties["created_at_ms"] = Integer();
        trace.Properties["finalized_at_ms"] = Integer(JsonSchemaType.Null);
        trace.Properties["status"] = Status();
        trace.Properties["events"] = ListOf(recorded);
        trace.Properties["final_state"] = SchemaWriter.OrNull(
            new OpenApiSchemaReference("FinalState", schemas.Document)
        );
        trace.Properties["qa"] = SomeObject(
            "What QA found; null until it has, and where it was not asked for."
        );
        trace.Properties["qa_progress"] = SomeObject("How far QA is, while it runs.");
        trace.Properties["redaction"] = SomeObject("What was replaced, counted by rule.");
        trace.Properties["withheld"] = SomeObject("What the developer does not let be stored, counted.");
        trace.Required!.UnionWith([
            "trace_version",
            "trace_id",
            "created_at_ms",
            "finalized_at_ms",
            "status",
            "ingestion",
            "events",
            "final_state",
            "qa",
        ]);
        return schemas.Component("TraceDocument", trace);
    }

    private static OpenApiSchema ListedTraces(SchemaWriter schemas) =>
        Object(
            ("traces", ListOf(schemas.Component("ListedTrace", ListedTrace()))),
            ("next_cursor", Text(JsonSchemaType.Null))
        );

    private static OpenApiSchema ListedTrace() =>
        Object(
            ("trace_id", Id()),
            ("created_at_ms", Integer()),
            ("finalized_at_ms", Integer(JsonSchemaType.Null)),
            ("status", Status()),
            ("repo_id", Text()),
            ("developer_id", Text()),
            ("title", Text()),
            ("labels", ListOf(Text())),
            ("seq_last", Integer()),
            ("overall", new OpenApiSchema { Type = JsonSchemaType.Number | JsonSchemaType.Null }),
            ("passed", new OpenApiSchema { Type = JsonSchemaType.Boolean | JsonSchemaType.Null })
        );

    private static OpenApiSchema Events(IOpenApiSchema recorded) =>
        Object(
            ("events", ListOf(recorded)),
            ("seq_last", Integer()),
            ("next_after_seq", Integer(JsonSchemaType.Null))
        );

    private static OpenApiSchema Problem(SchemaWriter schemas)
    {
        var error = Object(("field", Text()), ("message", Text()), ("value", Text(JsonSchemaType.Null)));
        var problem = Object(("type", Text()), ("title", Text()), ("status", Integer()), ("detail", Text()));
        problem.Properties!["errors"] = ListOf(schemas.Component("FieldError", error));
        problem.Properties["errors"].Description = "On 400: what is wrong, by field.";
        problem.Properties["accepted"] = Integer();
        problem.Properties["seq_high"] = Integer();
        return problem;
    }

    /// <summary>A service without keys takes requests without one.</summary>
    private static void DescribeKeys(OpenApiDocument api)
    {
        api.AddComponent(
            KeyScheme,
            new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" }
        );
        foreach (var operation in api.Paths.Values.SelectMany(path => path.Operations!.Values))
            if (operation.Responses!.ContainsKey("401"))
                operation.Security =
                [
                    new() { [new OpenApiSecuritySchemeReference(KeyScheme, api)] = [] },
                    [],
                ];
    }

    /// <summary>What may be wrong with a body before anybody reads it.</summary>
    private static void AddFailures(OpenApiDocument api, OpenApiOperation operation, int[] failures)
    {
        foreach (var status in failures)
            operation.Responses!.TryAdd(
                status.ToString(),
                new OpenApiResponse
                {
                    Description = ReasonPhrases.GetReasonPhrase(status),
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        [Web.Problem.ContentType] = new()
                        {
                            Schema = new OpenApiSchemaReference("ProblemDetails", api),
                        },
                    },
                }
            );
    }

    private static void TellWhenToComeBack(OpenApiOperation operation)
    {
        foreach (var status in ComeBack)
            if (
                operation.Responses!.TryGetValue(status, out var answer) && answer is OpenApiResponse response
            )
            {
                response.Headers ??= new Dictionary<string, IOpenApiHeader>();
                response.Headers["Retry-After"] = new OpenApiHeader
                {
                    Description = "After how many seconds to send the same again.",
                    Schema = Integer(),
                };
            }
    }

    private static OpenApiSchema Object(params (string Name, IOpenApiSchema Schema)[] members) =>
        new()
        {
            Type = JsonSchemaType.Object,
            Required = members.Select(member => member.Name).ToHashSet(),
            Properties = members.ToDictionary(member => member.Name, member => member.Schema),
        };

    private static OpenApiSchema SomeObject(string description) =>
        new() { Type = JsonSchemaType.Object | JsonSchemaType.Null, Description = description };

    private static OpenApiSchema ListOf(IOpenApiSchema item) =>
        new() { Type = JsonSchemaType.Array, Items = item };

    private static OpenApiSchema Status() =>
        new()
        {
            Type = JsonSchemaType.String,
            Enum = [.. ListTraces.Statuses.Select(status => (JsonNode)status)],
        };

    private static OpenApiSchema Id() => new() { Type = JsonSchemaType.String, Format = "uuid" };

    private static OpenApiSchema Text(JsonSchemaType or = JsonSchemaType.String) =>
        new() { Type = JsonSchemaType.String | or };

    private static OpenApiSchema Integer(JsonSchemaType or = JsonSchemaType.Integer) =>
        new() { Type = JsonSchemaType.Integer | or, Format = "int64" };
}
