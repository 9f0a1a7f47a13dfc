using System.Text.Json;
using System.Text.Json.Serialization;
using Datacurve.Core.Redaction;

namespace Datacurve.Server.Privacy;

/// <summary>
/// What was replaced in a blob or a trace: by which versions of the rules, and how often each rule applied;
/// never what.
/// </summary>
internal sealed record AppliedRedaction
{
    public IReadOnlyList<string> RuleVersions { get; init; } = [];
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    public static AppliedRedaction Of(RedactionReport report) =>
        new() { RuleVersions = [report.RuleVersion], Counts = new Dictionary<string, long>(report.Counts) };

    /// <summary>As it is stored; null where nothing was ever applied.</summary>
    public static AppliedRedaction? Read(byte[]? stored) =>
        stored is null ? null : JsonSerializer.Deserialize(stored, PrivacyJson.Default.AppliedRedaction);

    public byte[] Stored() => JsonSerializer.SerializeToUtf8Bytes(this, PrivacyJson.Default.AppliedRedaction);

    /// <summary>Both together.</summary>
    public AppliedRedaction With(AppliedRedaction other)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (rule, count) in Counts.Concat(other.Counts))
            counts[rule] = counts.GetValueOrDefault(rule) + count;
        return new AppliedRedaction
        {
            RuleVersions = [.. RuleVersions.Union(other.RuleVersions)],
            Counts = counts,
        };
    }
}

/// <summary>The JSON of what was replaced.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AppliedRedaction))]
internal sealed partial class PrivacyJson : JsonSerializerContext;
