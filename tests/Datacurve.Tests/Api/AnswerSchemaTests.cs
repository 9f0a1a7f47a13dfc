using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Redaction;
using Json.Schema;

namespace Datacurve.Tests.Api;

/// <summary>
/// What the service answers about a trace that has been through QA, held against the schemas of its OpenAPI
/// document. They are read more strictly than they are written: what is not described is refused.
/// </summary>
public sealed class AnswerSchemaTests(AnswerSchemaTests.ProvenTraces traces)
    : IClassFixture<AnswerSchemaTests.ProvenTraces>
{
    private static readonly EvaluationOptions Listed = new() { OutputFormat = OutputFormat.List };

    [Theory]
    [InlineData("/traces/{trace_id}")]
    [InlineData("/traces/{trace_id}/events")]
    [InlineData("/traces/{trace_id}/qa")]
    [InlineData("/traces/{trace_id}/raw")]
    [InlineData("/traces/{trace_id}/state")]
    [InlineData("/traces")]
    public async Task An_answer_about_a_complete_trace_is_what_the_document_says(string path)
    {
        var schema = await SchemaAsync(path);
        foreach (var traceId in traces.All)
        {
            if (path.EndsWith("/state", StringComparison.Ordinal) && traceId == traces.Withheld)
                continue;
            var answer = await AnswerAsync(path, traceId);

            Assert.Equal("", Faults(schema, answer));
        }
    }

    [Fact]
    public async Task The_traces_have_everything_that_is_described_of_a_complete_one()
    {
        var proven = await AnswerAsync("/traces/{trace_id}", traces.Proven);
        var withheld = await AnswerAsync("/traces/{trace_id}", traces.Withheld);

        Assert.Equal("complete", proven["status"]!.GetValue<string>());
        Assert.NotEmpty(proven["qa"]!["tests"]!["invocations"]!.AsArray());
        Assert.NotEmpty(proven["qa"]!["tests"]!["cases"]!.AsArray());
        Assert.NotEmpty(proven["qa"]!["judge"]!["dimensions"]!.AsArray());
        Assert.True(proven["qa"]!["replay"]!["exact"]!.GetValue<bool>());
        Assert.NotEmpty(proven["redaction"]!["counts"]!.AsObject());
        Assert.Equal(1, withheld["withheld"]!["blobs"]!.GetValue<int>());
        Assert.NotEmpty(withheld["qa"]!["judge"]!["flags"]!.AsArray());
    }

    [Theory]
    [InlineData("qa.judge.scores.clarity", "5.1")]
    [InlineData("qa.judge.scores.clarity", null)]
    [InlineData("qa.judge.flags", """["well_done"]""")]
    [InlineData("qa.tests.invocations.0.exit_code", "\"0\"")]
    [InlineData("qa.tests.outcome", "\"fine\"")]
    [InlineData("qa.replay.exact", null)]
    [InlineData("qa.surplus", "1")]
    [InlineData("redaction.counts.a_rule", "\"often\"")]
    [InlineData("events.0.payload.kind", "\"whim\"")]
    [InlineData("events.0.type", "\"file_edit\"")]
    [InlineData("ingestion.seq_last", null)]
    public async Task A_trace_that_is_not_as_described_is_told(string place, string? json)
    {
        var schema = await SchemaAsync("/traces/{trace_id}");
        var trace = await AnswerAsync("/traces/{trace_id}", traces.Proven);
        var names = place.Split('.');
        var parent = names[..^1]
            .Aggregate(
                (JsonNode)trace,
                (node, name) => node is JsonArray items ? items[int.Parse(name)]! : node[name]!
            )
            .AsObject();
        if (json is null)
            Assert.True(parent.Remove(names[^1]));
        else
            parent[names[^1]] = JsonNode.Parse(json);

        Assert.NotEqual("", Faults(schema, trace));
    }

    private async Task<JsonObject> AnswerAsync(string path, string traceId) =>
        (
            await traces.Client.GetAnswerAsync(path.Replace("{trace_id}", traceId, StringComparison.Ordinal))
        ).Json;

    private async Task<JsonSchema> SchemaAsync(string path)
    {
        var text = (await traces.Client.GetAnswerAsync("/openapi/v1.json")).Text;
        // Where a schema by itself has its parts.
        var document = JsonNode
            .Parse(text.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!
            .AsObject();
        var answer = document["paths"]![path]!["get"]!["responses"]!["200"]!;
        var schema = answer["content"]!["application/json"]!["schema"]!.DeepClone().AsObject();
        var parts = document["components"]!["schemas"]!.DeepClone().AsObject();
        Close(parts);
        schema["$defs"] = parts;
        return JsonSchema.FromText(schema.ToJsonString());
    }

    /// <summary>Forbids members that no schema names.</summary>
    private static void Close(JsonNode? node)
    {
        if (node is JsonArray items)
            foreach (var item in items)
                Close(item);
        if (node is not JsonObject schema)
            return;
        foreach (var (_, member) in schema)
            Close(member);
        if (
            schema["type"] is JsonValue type
            && type.GetValueKind() == JsonValueKind.String
            && type.GetValue<string>() == "object"
            && schema["properties"] is JsonObject
        )
            schema["additionalProperties"] = false;
    }

    private static string Faults(JsonSchema schema, JsonObject answer)
    {
        var results = schema.Evaluate(JsonElement.Parse(answer.ToJsonString()), Listed);
        return results.IsValid
            ? ""
            : string.Join(
                '\n',
                from part in results.Details ?? []
                from error in part.Errors ?? []
                select $"{part.InstanceLocation} {error.Key}: {error.Value}"
            ) + "\nis not as described";
    }

    /// <summary>A service with a trace that was proven, and one of which something is withheld.</summary>
    public sealed class ProvenTraces : IAsyncLifetime
    {
        private ServiceUnderTest? _service;

        public HttpClient Client => _service!.Client;
        public string Proven { get; private set; } = "";
        public string Withheld { get; private set; } = "";
        public string[] All => [Proven, Withheld];

        public async ValueTask InitializeAsync()
        {
            _service = await QaService.StartAsync();
            var client = _service.Trace();
            var proven = await client.ProveAsync(
                Recording.OfWrongSum(),
                body => body["task"]!["bug_report"]!["actual"] = new Planted(1).GitHubToken()
            );
            Proven = proven.GetProperty("trace_id").GetString()!;

            var body = TraceClient.NewTrace();
            body["developer"]!["consent_flags"] = new JsonObject { ["store_raw_code"] = false };
            Withheld = await client.OpenAsync(body);
            await client.AppendAsync(
                Withheld,
                TraceClient.Event(
                    1,
                    "file_snapshot",
                    new JsonObject
                    {
                        ["file_path"] = "a.py",
                        ["content_blob_id"] = await client.UploadAsync("a = 1\n"),
                        ["snapshot_reason"] = "pre_test",
                    }
                )
            );
            await client.FinalizeAsync(Withheld);
            await client.EndAsync(Withheld);
        }

        public async ValueTask DisposeAsync()
        {
            if (_service is not null)
                await _service.DisposeAsync();
        }
    }
}
