using System.Text;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>A trace as the blocks of a packet, in the order in which they are shown.</summary>
internal static class PacketPieces
{
    /// <summary>A line beside an event's label; the rest of a longer one goes into the body.</summary>
    private const int LineCharsMax = 400;
    private const int TestNamesMax = 40;

    public static List<PacketPiece> Of(TraceReading trace)
    {
        var pieces = new List<PacketPiece>();
        foreach (var report in trace.Reports)
            pieces.Add(Part(PacketClass.Report, report.Name, report.Text.Shown));

        pieces.Add(
            Part(PacketClass.Findings, "qa.tests", InjectionScan.Clean(Tests(trace.Subject.Tests)).Shown)
        );
        pieces.Add(
            Part(PacketClass.Findings, "qa.replay", InjectionScan.Clean(Replay(trace.Subject.Replay)).Shown)
        );
        pieces.Add(Part(PacketClass.Diff, "final_diff", trace.FinalDiff?.Shown ?? "there is none to show"));

        var startMs = trace.Events.Count == 0 ? 0 : trace.Events[0].Event.TsMs;
        pieces.AddRange(trace.Events.Select(read => OfEvent(read, startMs)));
        return pieces;
    }

    private static PacketPiece Part(PacketClass partClass, string name, string body) =>
        new()
        {
            Class = partClass,
            Label = name,
            Kind = name,
            Body = body,
        };

    private static PacketPiece OfEvent(ReadEvent read, long startMs)
    {
        var body = new StringBuilder();
        var line = read.Line.Shown;
        if (line.Length > LineCharsMax || line.Contains('\n'))
        {
            body.Append(line);
            line = "";
        }

        foreach (var content in read.Contents)
            body.Append(body.Length == 0 ? "" : "\n")
                .Append($"{content.Member}: ")
                .Append(content.Absence is null ? content.Text.Shown : $"[{content.Absence}]");

        return new PacketPiece
        {
            Class = ClassOf(read.Event.Payload),
            Label = $"{read.Event.Seq} {read.Event.Type} {read.Event.EventId} +{read.Event.TsMs - startMs}",
            Kind = read.Event.Type,
            Seq = read.Event.Seq,
            Line = line,
            Body = body.ToString(),
            Absence = read.Contents.FirstOrDefault(content => content.Absence is not null)?.Absence,
        };
    }

    /// <summary>
    /// The steps of an editor come in the thousands and say least for their length; whatever else an event
    /// is, a type of tomorrow included, comes before them.
    /// </summary>
    private static PacketClass ClassOf(EventPayload payload) =>
        payload switch
        {
            Thought => PacketClass.Thought,
            FileEdit or FileSnapshot or Navigation or DebugAction => PacketClass.Other,
            _ => PacketClass.Signal,
        };

    private static string Tests(TestsResult tests)
    {
        var text = new StringBuilder();
        text.Append($"outcome {tests.Outcome}, final_passed {tests.FinalPassed}, runner {tests.Runner}\n");
        if (tests.OutcomeReason is not null)
            text.Append($"reason: {tests.OutcomeReason}\n");
        if (tests.Flags.Count > 0)
            text.Append($"flags: {string.Join(", ", tests.Flags)}\n");
        AppendNames(text, "fail_to_pass", tests.FailToPass);
        AppendNames(text, "pass_to_fail", tests.PassToFail);
        AppendNames(text, "flaky", tests.Flaky);
        return text.Append($"pass_to_pass: {Quantity.Of(tests.PassToPass.Count, "test")}").ToString();
    }

    private static void AppendNames(StringBuilder text, string heading, IReadOnlyList<string> names)
    {
        text.Append($"{heading}: {Quantity.Of(names.Count, "test")}\n");
        foreach (var name in names.Take(TestNamesMax))
            text.Append($"  {name}\n");
        if (names.Count > TestNamesMax)
            text.Append($"  and {names.Count - TestNamesMax} more\n");
    }

    private static string Replay(ReplayResult replay)
    {
        var text = new StringBuilder();
        text.Append($"{replay.EditsApplied} of {replay.EditsTotal} recorded edits apply; ");
        text.Append(
            replay.Exact ? "they lead to the final diff exactly" : "they do not lead to the final diff"
        );
        if (replay.BrokenAtSeq is { } seq)
            text.Append($"\nbroken at seq {seq}: {replay.Reason}");
        if (replay.DifferingPaths.Count > 0)
            text.Append($"\ndiffering: {string.Join(", ", replay.DifferingPaths)}");
        return text.ToString();
    }
}
