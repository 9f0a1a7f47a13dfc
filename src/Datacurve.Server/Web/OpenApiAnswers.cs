using System.Text.Json;
using Datacurve.Core.Events;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using static Datacurve.Server.Web.Schemas;

namespace Datacurve.Server.Web;

/// <summary>
/// What the OpenAPI document says of answers that are written as streams, of failures that no handler makes,
/// and of keys.
/// </summary>
internal static class OpenApiAnswers
{
    private const string Json = "application/json";
    private const string Lines = "application/x-ndjson";
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
        var traces = new TraceSchemas(schemas, recorded);
        Answers(api, "/traces", Json, traces.List());
        Answers(api, "/traces/{trace_id}", Json, traces.Document());
        Answers(api, "/traces/{trace_id}/raw", Json, traces.Raw());
        Answers(api, "/traces/{trace_id}/events", Json, traces.Events());
        Answers(api, "/traces/{trace_id}/events", Lines, recorded);
        Answers(api, "/traces/{trace_id}/events/raw", Lines, recorded);
        Answers(api, "/traces/{trace_id}/events/stream", "text/event-stream", Text());
        Answers(api, "/traces/{trace_id}/qa", Json, traces.QaRuns());
        Answers(api, "/traces/{trace_id}/state", Json, traces.State());
        // What stood for the answers and parameters that are described now.
        api.Components!.Schemas!.Remove(nameof(JsonElement));
        api.Components.Schemas.Remove(nameof(QueryFlag));
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

    private static OpenApiSchema Problem(SchemaWriter schemas)
    {
        var error = Object(("field", Text()), ("message", Text()), ("value", Text(JsonSchemaType.Null)));
        var problem = Object(("type", Text()), ("title", Text()), ("status", Integer()), ("detail", Text()));
        problem.Properties!["errors"] = ListOf(schemas.Component("FieldError", error));
        problem.Properties["errors"].Description = "On 400: what is wrong, by field.";
        problem.Properties["accepted"] = Integer(
            description: "Of a stream that was refused in its midst: how many events were taken."
        );
        problem.Properties["seq_high"] = Integer(
            description: "Of a stream that was refused in its midst: the last `seq` that is held."
        );
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
}
