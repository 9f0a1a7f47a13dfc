using System.Text.Json;
using System.Text.Json.Serialization;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Json;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Spool;

/// <summary>What a recording is of, and how it stands; <c>recording.json</c> in its folder.</summary>
internal sealed record RecordingManifest
{
    public required string RecordingId { get; init; }
    public required long CreatedAtMs { get; init; }

    /// <summary>The top folder of the repository, with links resolved.</summary>
    public required string RepositoryRoot { get; init; }
    public bool IsPaused { get; init; }

    /// <summary>Whether it was recorded elsewhere; a session goes on with its own recording alone.</summary>
    public bool IsImported { get; init; }

    /// <summary>The key of the placeholders that secrets are replaced with; itself a secret.</summary>
    public required byte[] RedactionKey { get; init; }

    /// <summary>The body that opens the trace, kept as the wire's JSON.</summary>
    public required JsonElement Trace { get; init; }

    public NewTrace ReadTrace() => Trace.Deserialize(DatacurveJson.Default.NewTrace)!;

    /// <summary>
    /// The blobs that belong to the trace as a whole, but for those that the developer refuses.
    /// </summary>
    public IEnumerable<BlobId> ArtifactBlobs() =>
        from trace in new[] { ReadTrace() }
        from artifact in trace.Artifacts ?? new Dictionary<string, JsonElement>()
        where
            !Withholding.IsRefused(
                trace.Developer.ConsentFlags,
                ContractContents.Of($"artifacts.{artifact.Key}")
            )
        where artifact.Value.ValueKind == JsonValueKind.String
        where BlobId.TryParse(artifact.Value.GetString(), out _)
        select BlobId.Parse(artifact.Value.GetString()!);
}

/// <summary>What a new recording is of.</summary>
internal sealed record NewRecording
{
    /// <summary>The top folder of the repository, as git says it.</summary>
    public required string RepositoryRoot { get; init; }

    /// <inheritdoc cref="RecordingManifest.IsImported"/>
    public bool IsImported { get; init; }

    /// <summary>
    /// Repository, task, developer, consent and environment: what opens the trace.
    /// </summary>
    public required NewTrace Trace { get; init; }
}

/// <summary>What lies in a recording's folder beside events.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RecordingManifest))]
[JsonSerializable(typeof(Holder))]
[JsonSerializable(typeof(RedactionNote))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Shipment))]
internal sealed partial class SpoolJson : JsonSerializerContext;
