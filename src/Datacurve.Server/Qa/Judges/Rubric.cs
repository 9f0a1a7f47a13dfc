using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// What the six scores and the flags mean. A version never changes once a verdict names it.
/// </summary>
internal sealed record Rubric
{
    public const string CurrentVersion = "1.0";
    public const int LevelMax = 5;

    public required string Version { get; init; }

    /// <summary>In the order of <see cref="Datacurve.Core.Qa.Scores"/>.</summary>
    public required IReadOnlyList<RubricDimension> Dimensions { get; init; }
    public required IReadOnlyList<RubricFlag> Flags { get; init; }

    /// <summary>The rubric that this build judges by.</summary>
    public static Rubric Current { get; } = Load(CurrentVersion);

    /// <summary>Reads a rubric that is part of the program.</summary>
    /// <exception cref="ArgumentException">There is no rubric of this version.</exception>
    public static Rubric Load(string version)
    {
        using var stream =
            typeof(Rubric).Assembly.GetManifestResourceStream($"rubric-{version}.json")
            ?? throw new ArgumentException($"there is no rubric {version}", nameof(version));
        return JsonSerializer.Deserialize(stream, RubricJson.Default.Rubric)!;
    }

    /// <summary>The rubric as a model reads it.</summary>
    public string ToPrompt()
    {
        var prompt = new StringBuilder().Append($"Rubric {Version}. Each dimension is scored 0 to 5.\n");
        foreach (var dimension in Dimensions)
        {
            prompt.Append($"\n{dimension.Name}: {dimension.Definition}\n");
            for (var level = 0; level < dimension.Levels.Count; level++)
                prompt.Append($"  {level}: {dimension.Levels[level]}\n");
        }

        prompt.Append("\nFlags, each set only where its condition holds:\n");
        foreach (var flag in Flags)
            prompt.Append($"  {flag.Name}: {flag.When}\n");
        return prompt.ToString();
    }
}

/// <summary>One dimension: what it asks, and what each of the levels 0 to 5 looks like.</summary>
internal sealed record RubricDimension
{
    public required string Name { get; init; }
    public required string Definition { get; init; }
    public required IReadOnlyList<string> Levels { get; init; }
}

internal sealed record RubricFlag
{
    public required string Name { get; init; }
    public required string When { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Rubric))]
internal sealed partial class RubricJson : JsonSerializerContext;
