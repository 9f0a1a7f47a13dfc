using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Json;

namespace Datacurve.Tests.Api;

/// <summary>A new event type is one record: everything else follows from it.</summary>
public sealed class NewEventTypeTests : IAsyncLifetime
{
    private static readonly EventCatalog Catalog = new(
        EventCatalog.Contract.Payloads.Append(
            KeyValuePair.Create<string, JsonTypeInfo>("voice_note", ExtendedJson.Default.VoiceNote)
        )
    );

    private readonly ServiceUnderTest _service = new();

    public async ValueTask InitializeAsync() => await _service.StartAsync(options => options, Catalog);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private static JsonObject Note() =>
        Wire.Event(1, "voice_note", new JsonObject { ["audio_blob_id"] = Wire.BlobOfHello });

    [Fact]
    public async Task It_is_stored_and_given_back_with_its_defaults()
    {
        var traceId = await _service.Client.OpenTraceAsync();

        var answer = await _service.Client.AppendAsync(traceId, Wire.Batch(Note()));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(
            $$"""{"audio_blob_id":"{{Wire.BlobOfHello}}","language":"en"}""",
            (await _service.Client.GetTraceAsync(traceId))["events"]![0]!["payload"]!.ToJsonString()
        );
    }

    [Theory]
    [InlineData("audio_blob_id", "\"x\"")]
    [InlineData("audio_blob_id", null)]
    [InlineData("language", "7")]
    [InlineData("seconds", "-1")]
    public async Task It_is_validated(string member, string? json)
    {
        var note = Note();
        note["payload"]!.AsObject().Remove(member);
        if (json is not null)
            note["payload"]![member] = JsonNode.Parse(json);

        var answer = await _service.Client.AppendAsync(
            await _service.Client.OpenTraceAsync(),
            Wire.Batch(note)
        );

        Assert.Equal($"events.0.payload.{member}", Assert.Single(answer.RefusedFields()));
    }

    [Fact]
    public async Task It_is_in_the_openapi_document()
    {
        var schemas = (await _service.Client.GetAnswerAsync("/openapi/v1.json")).Json["components"]![
            "schemas"
        ]!;

        Assert.Contains(
            "voice_note",
            schemas["TraceEvent"]!["properties"]!["type"]!["enum"]!.AsArray().Select(name => name!.ToString())
        );
        Assert.Equal(
            ["audio_blob_id"],
            schemas["VoiceNote"]!["required"]!.AsArray().Select(name => name!.ToString())
        );
        Assert.Equal("en", schemas["VoiceNote"]!["properties"]!["language"]!["default"]!.ToString());
    }

    [Fact]
    public async Task Qa_misses_the_blob_that_it_names()
    {
        var traceId = await _service.Client.OpenTraceAsync();
        await _service.Client.AppendAsync(traceId, Wire.Batch(Note()));
        await _service.Client.FinalizeAsync(traceId);

        var qa = (await _service.Client.WaitForQaAsync(traceId))["qa"]!;

        Assert.False(qa["schema_valid"]!.GetValue<bool>());
        Assert.Contains(
            qa["schema_findings"]!.AsArray(),
            finding => finding!["field"]!.GetValue<string>() == "payload.audio_blob_id"
        );
    }
}

internal sealed record VoiceNote : EventPayload
{
    public required BlobId AudioBlobId { get; init; }
    public string Language { get; set; } = "en";

    [System.ComponentModel.DataAnnotations.Range(0, double.MaxValue)]
    public double? Seconds { get; init; }

    protected override string Summarize() => $"voice note in {Language}";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true
)]
[JsonSerializable(typeof(VoiceNote))]
internal sealed partial class ExtendedJson : JsonSerializerContext;
