using System.Text.Json.Serialization;
using Datacurve.Cli.Reviewing;
using Datacurve.Cli.Spool;
using Datacurve.Cli.Spool.Control;

namespace Datacurve.Cli.Commands;

/// <summary>What commands print with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RecordingSummary))]
[JsonSerializable(typeof(IReadOnlyList<RecordingSummary>))]
[JsonSerializable(typeof(IReadOnlyList<CheckupFinding>))]
[JsonSerializable(typeof(ControlAnswer))]
[JsonSerializable(typeof(ShipReport))]
[JsonSerializable(typeof(Review))]
[JsonSerializable(typeof(ReviewedEvent))]
internal sealed partial class CommandJson : JsonSerializerContext;
