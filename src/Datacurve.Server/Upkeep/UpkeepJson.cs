using System.Text.Json.Serialization;

namespace Datacurve.Server.Upkeep;

/// <summary>What <c>fsck --json</c> and <c>gc --json</c> print.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(FsckSummary))]
[JsonSerializable(typeof(Collected))]
internal sealed partial class UpkeepJson : JsonSerializerContext;
