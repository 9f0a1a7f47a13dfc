using System.Text;
using Datacurve.Core;
using Datacurve.Core.Qa;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Qa.Judges;

/// <summary>What every judge's verdict is made of.</summary>
internal static class Verdicts
{
    /// <param name="dimensions">All six, in the rubric's order.</param>
    public static Scores ScoresOf(IReadOnlyList<DimensionVerdict> dimensions) =>
        new()
        {
            RootCauseIdentification = dimensions[0].Score,
            PlanQuality = dimensions[1].Score,
            ExperimentIterateLoop = dimensions[2].Score,
            UseOfSignalsTestsLogs = dimensions[3].Score,
            MinimalityOfFix = dimensions[4].Score,
            Clarity = dimensions[5].Score,
        };

    /// <summary>Whether QA proved that the fix leaves or makes something broken.</summary>
    public static bool IsIncomplete(JudgeSubject subject) =>
        subject.Tests.Outcome == TestsOutcome.Failed || subject.Tests.PassToFail.Count > 0;

    /// <summary>The reasons as plain text, a paragraph per dimension.</summary>
    public static Task<BlobId> KeepRationaleAsync(
        IBlobStore blobs,
        string model,
        IReadOnlyList<DimensionVerdict> dimensions,
        CancellationToken ct
    )
    {
        var text = new StringBuilder($"Judge {model}, rubric {Rubric.CurrentVersion}\n");
        foreach (var verdict in dimensions)
        {
            text.Append($"\n{verdict.Dimension}: {verdict.Score:0.0}");
            text.Append(
                $" (confidence {verdict.Confidence:0.00}, spread {verdict.Spread:0.0})\n{verdict.Rationale}\n"
            );
            if (verdict.CitedEventIds.Count > 0)
                text.Append($"events: {string.Join(", ", verdict.CitedEventIds)}\n");
        }

        return blobs.PutAsync(Encoding.UTF8.GetBytes(text.ToString()), ct);
    }
}
