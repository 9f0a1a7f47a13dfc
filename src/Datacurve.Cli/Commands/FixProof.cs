using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core;

namespace Datacurve.Cli.Commands;

/// <summary>The state that a recording's log leads to, and whether the working tree is the same.</summary>
internal sealed record ProvenFix(FaithfulnessResult Result, CaptureLimits Limits)
{
    /// <summary>The fix as one diff; null where it is over what one diff may hold.</summary>
    public byte[]? Diff() => FinalDiff.Write(Result.Changes, Limits);

    /// <summary>
    /// Of it, the part that commits are. Null where these commits are not what the log has of their files.
    /// </summary>
    public byte[]? DiffOf(CommitRange commits)
    {
        var changes = Result.Changes.Where(change => commits.Paths.Contains(change.Path)).ToList();
        return Result.IsFaithful && commits.IsOnDisk && changes.Count == commits.Paths.Count
            ? FinalDiff.Write(changes, Limits)
            : null;
    }
}

/// <summary>
/// Replays a recording's own log before it is finalized, and says at once where it does not lead to the
/// working tree.
/// </summary>
internal static class FixProof
{
    private const int DifferencesShown = 10;

    /// <summary>What the log leads to; null where no files were recorded, or they cannot be read.</summary>
    public static async Task<ProvenFix?> ProveAsync(Recording held, Printer errors, CancellationToken ct)
    {
        await held.FlushAsync(ct);
        if (!held.Consent.StoreRawCode)
        {
            errors.Line("replay    not possible: no code was recorded");
            return null;
        }
        if (!File.Exists(CaptureStart.BasePathOf(held.Files)))
            return null;
        var setup = new CaptureSetup();
        try
        {
            var root = held.Manifest.RepositoryRoot;
            var result = await Faithfulness.CheckAsync(held.Files, root, setup, ct);
            Say(result, errors);
            return new ProvenFix(result, setup.Limits);
        }
        catch (Exception failed) when (failed is GitException or IOException)
        {
            errors.Line(
                new Piece($"The recording was not compared with its files: {failed.Message}", Tone.Bad)
            );
            return null;
        }
    }

    private static void Say(FaithfulnessResult result, Printer errors)
    {
        if (result.IsFaithful)
        {
            var butFor = result.LeftOut.Count > 0 ? $" but for {LeftOutText.Of(result.LeftOut)}" : "";
            var edits = result.Replay.EditsApplied;
            var lead = edits == 1 ? "leads" : "lead";
            errors.Line($"replay    exact: {Quantity.Of(edits, "edit")} {lead} to the working tree{butFor}");
            return;
        }
        if (result.Replay is { BrokenAtSeq: { } seq, Reason: var reason })
            errors.Line(new Piece($"The edit at seq {seq} does not apply: {reason}", Tone.Bad));
        foreach (var one in result.Differences.Take(DifferencesShown))
            errors.Line(
                new Piece($"{InertText.Line(one.Path)} {one.What}", Tone.Bad),
                one.Seq is { } last ? $" (last changed at seq {last})" : ""
            );
        if (result.Differences.Count > DifferencesShown)
            errors.Line(
                result.Differences.Count == DifferencesShown + 1
                    ? "and 1 more file differs"
                    : $"and {result.Differences.Count - DifferencesShown} more files differ"
            );
    }
}
