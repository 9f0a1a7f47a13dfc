using System.Text.Json.Serialization;
using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Core.Traces;

namespace Datacurve.Core.Json;

/// <summary>The wire's JSON: snake_case, every member written, read without reflection.</summary>
/// <remarks>
/// Members with a default have a setter instead of <c>init</c>: the source generator takes init-only members
/// for constructor parameters and drops their initializers.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    MaxDepth = 64
)]
[JsonSerializable(typeof(NewTrace))]
[JsonSerializable(typeof(FinalizeTrace))]
[JsonSerializable(typeof(EventBatch))]
[JsonSerializable(typeof(EventPayload))]
[JsonSerializable(typeof(QaResult))]
[JsonSerializable(typeof(Scores))]
public sealed partial class DatacurveJson : JsonSerializerContext;
