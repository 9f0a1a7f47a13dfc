using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// One usable answer of a model: a verdict on each dimension, in the rubric's order, and flags.
/// </summary>
internal sealed record ModelAnswer(IReadOnlyList<ModelVerdict> Verdicts, IReadOnlySet<JudgeFlag> Flags)
{
    private const int RationaleCharsMax = 4_000;
    private const int CitesMax = 50;

    private static readonly Dictionary<string, JudgeFlag> FlagNames = Rubric.Current.Flags.ToDictionary(
        flag => flag.Name,
        flag => JsonSerializer.Deserialize($"\"{flag.Name}\"", JudgeJson.Default.JudgeFlag)
    );

    /// <summary>The strict schema that the model is asked to answer in.</summary>
    public static JsonElement Schema { get; } =
        JsonSerializer.SerializeToElement(Describe(), JudgeJson.Default.JsonObject);

    /// <summary>
    /// Reads an answer. Members that nobody asked for, such as an overall score, are ignored; everything
    /// asked for has to be there and in range.
    /// </summary>
    /// <param name="problem">What is wrong, in words that the model is told.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out ModelAnswer? answer,
        [NotNullWhen(false)] out string? problem
    )
    {
        answer = null;
        problem = null;
        try
        {
            using var document = JsonDocument.Parse(text);
            answer = Read(document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            problem = "it is not one JSON object";
            return false;
        }
        catch (UnusableAnswerException unusable)
        {
            problem = unusable.Message;
            return false;
        }
    }

    private static ModelAnswer Read(JsonElement root)
    {
        var scores = Member(root, "scores", JsonValueKind.Object);
        var verdicts = Rubric
            .Current.Dimensions.Select(dimension =>
                ReadVerdict(dimension.Name, Member(scores, dimension.Name, JsonValueKind.Object))
            )
            .ToList();
        var flags = Member(root, "flags", JsonValueKind.Array)
            .EnumerateArray()
            .Select(flag =>
                flag.ValueKind == JsonValueKind.String
                && FlagNames.TryGetValue(flag.GetString()!, out var known)
                    ? known
                    : throw new UnusableAnswerException("flags holds something else than the rubric's flags")
            );
        return new ModelAnswer(verdicts, flags.ToHashSet());
    }

    private static ModelVerdict ReadVerdict(string dimension, JsonElement verdict)
    {
        var rationale = Member(verdict, "rationale", JsonValueKind.String).GetString()!;
        if (string.IsNullOrWhiteSpace(rationale))
            throw new UnusableAnswerException($"{dimension}.rationale is empty");

        var cites = Member(verdict, "cited_event_ids", JsonValueKind.Array)
            .EnumerateArray()
            .Take(CitesMax)
            .Select(cite => cite.ValueKind == JsonValueKind.String ? cite.GetString()! : cite.GetRawText());
        return new ModelVerdict(
            Measure.Round(Number(verdict, dimension, "score", Scores.Max)),
            Number(verdict, dimension, "confidence", 1),
            PlainText.Of(rationale.Length > RationaleCharsMax ? rationale[..RationaleCharsMax] : rationale),
            [.. cites]
        );
    }

    private static double Number(JsonElement verdict, string dimension, string name, double max)
    {
        var number = Member(verdict, name, JsonValueKind.Number);
        return number.TryGetDouble(out var value) && value >= 0 && value <= max
            ? value
            : throw new UnusableAnswerException($"{dimension}.{name} is not from 0 to {max}");
    }

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out var member))
            throw new UnusableAnswerException($"{name} is missing");
        return member.ValueKind == kind
            ? member
            : throw new UnusableAnswerException($"{name} is not of kind {kind}");
    }

    private static JsonObject Describe()
    {
        var dimensions = new JsonObject();
        foreach (var dimension in Rubric.Current.Dimensions)
            dimensions.Add(dimension.Name, DescribeVerdict());
        JsonArray flags = [.. Rubric.Current.Flags.Select(flag => (JsonNode)flag.Name)];
        return Strict(
            new JsonObject
            {
                ["scores"] = Strict(dimensions),
                ["flags"] = new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["type"] = "string", ["enum"] = flags },
                },
            }
        );
    }

    private static JsonObject DescribeVerdict() =>
        Strict(
            new JsonObject
            {
                ["rationale"] = new JsonObject { ["type"] = "string" },
                ["cited_event_ids"] = new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["type"] = "string" },
                },
                ["score"] = new JsonObject
                {
                    ["type"] = "number",
                    ["minimum"] = 0,
                    ["maximum"] = Rubric.LevelMax,
                },
                ["confidence"] = new JsonObject
                {
                    ["type"] = "number",
                    ["minimum"] = 0,
                    ["maximum"] = 1,
                },
            }
        );

    private static JsonObject Strict(JsonObject properties) =>
        new()
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]),
            ["additionalProperties"] = false,
        };
}

/// <summary>A model's word on one dimension; whether the cited events exist is not known yet.</summary>
internal sealed record ModelVerdict(
    double Score,
    double Confidence,
    string Rationale,
    IReadOnlyList<string> Cites
);

/// <summary>The model answered, and the answer cannot be used.</summary>
internal sealed class UnusableAnswerException(string reason) : Exception(reason);
