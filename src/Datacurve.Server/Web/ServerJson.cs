using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Datacurve.Server.Auth;
using Datacurve.Server.Blobs;
using Datacurve.Server.Erasing;
using Datacurve.Server.Qa;
using Datacurve.Server.Traces;

namespace Datacurve.Server.Web;

/// <summary>The JSON of the service's own answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(CreatedTrace))]
[JsonSerializable(typeof(AppendedEvents))]
[JsonSerializable(typeof(UploadedBlob))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(FinalizedTrace))]
[JsonSerializable(typeof(StartedQa))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(ListedKey))]
[JsonSerializable(typeof(ListedKeys))]
[JsonSerializable(typeof(NewProject))]
[JsonSerializable(typeof(ListedProject))]
[JsonSerializable(typeof(ListedProjects))]
[JsonSerializable(typeof(AuditedActs))]
[JsonSerializable(typeof(CallerAnswer))]
[JsonSerializable(typeof(ErasedTrace))]
[JsonSerializable(typeof(NewErasure))]
[JsonSerializable(typeof(BegunErasures))]
[JsonSerializable(typeof(ListedErasures))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    /// <summary>As documents are: text as it is, not escaped beyond what JSON asks.</summary>
    public static ServerJson Readable { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );

    /// <summary>How documents are written.</summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };
}
