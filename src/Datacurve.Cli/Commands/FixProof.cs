using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;

namespace Datacurve.Cli.Commands;

/// <summary>
/// Replays a recording's own log before it is finalized, and says at once where it does not lead to the
/// working tree.
/// </summary>
internal static class FixProof
{
    private const int DifferencesShown = 10;

    /// <summary>
    /// The fix that the log leads to, as one diff; null where no files were recorded, or it is over what one
    /// diff may hold.
    /// </summary>
    public static async Task<byte[]?> ProveAsync(Recording held, Printer errors, CancellationToken ct)
    {
        await held.FlushAsync(ct);
        if (!File.Exists(CaptureStart.BasePathOf(held.Files)))
            return null;
        var setup = new CaptureSetup();
        try
        {
            var root = held.Manifest.RepositoryRoot;
            var result = await Faithfulness.CheckAsync(held.Files, root, setup, ct);
            Say(result, errors);
            return FinalDiff.Write(result.Changes, setup.Limits);
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
            errors.Line($"replay    exact: {result.Replay.EditsApplied} edits lead to the working tree");
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
            errors.Line($"and {result.Differences.Count - DifferencesShown} more files differ");
    }
}
