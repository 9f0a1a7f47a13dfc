using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// What a model judge gets to read of one trace: the same text for the same trace, never longer than the
/// budget, with a list of what was left out.
/// </summary>
/// <remarks>
/// Every recorded text stands between a line <c>[FENCE label]</c> and a line <c>[/FENCE]</c>. The fence is
/// a hash over all that the packet shows, so text in the packet cannot hold it: whoever writes the text
/// would have to know a hash of what he is writing. That no text does is checked all the same.
/// </remarks>
internal sealed class JudgePacket
{
    public const int CharsPerToken = 4;

    /// <summary>Below this the rest of the packet is not worth judging.</summary>
    public const int TokenBudgetMin = 2_000;
    public const int FenceLength = 16;

    private JudgePacket(string text, string fence, IReadOnlyList<string> leftOut)
    {
        Text = text;
        Fence = fence;
        LeftOut = leftOut;
    }

    public string Text { get; }
    public string Fence { get; }

    /// <summary>
    /// A line for each kind of which something is missing; empty where the packet shows everything.
    /// </summary>
    public IReadOnlyList<string> LeftOut { get; }

    public static JudgePacket Build(TraceReading trace, int tokenBudget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokenBudget, TokenBudgetMin);
        var budget = tokenBudget * CharsPerToken;
        var leftOutReserve = Math.Min(4_000, budget / 8);
        var pieces = PacketPieces.Of(trace);
        PacketFit.Fit(pieces, budget - leftOutReserve - IntroductionLength);

        var leftOut = PacketLeftOut.List(pieces, leftOutReserve - LeftOutHeading.Length);
        var fence = FenceFor(pieces);
        var text = Introduction(fence);
        foreach (var piece in pieces.Where(piece => piece.IsShown))
            piece.AppendTo(text, fence);

        text.Append(LeftOutHeading);
        foreach (var line in leftOut)
            text.Append(line).Append('\n');
        if (leftOut.Count == 0)
            text.Append("nothing\n");
        return new JudgePacket(text.ToString(), fence, leftOut);
    }

    private const string LeftOutHeading = "\nLeft out of this packet:\n";
    private static readonly int IntroductionLength = Introduction(new string('0', FenceLength)).Length;

    private static StringBuilder Introduction(string fence) =>
        new StringBuilder()
            .Append($"Fence of this packet: {fence}\n")
            .Append(
                "Blocks: the bug report and pull request, what QA found, the final diff, the events by seq.\n"
            )
            .Append("Label of an event: seq, type, event_id, milliseconds since the first event.\n");

    private static string FenceFor(IReadOnlyList<PacketPiece> pieces)
    {
        var shown = new StringBuilder();
        foreach (var piece in pieces.Where(piece => piece.IsShown))
            piece.AppendTo(shown, "");

        var text = shown.ToString();
        for (var attempt = 0; ; attempt++)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{attempt}\n{text}"));
            var fence = Convert.ToHexStringLower(hash)[..FenceLength];
            if (!text.Contains(fence, StringComparison.OrdinalIgnoreCase))
                return fence;
        }
    }
}

/// <summary>
/// One fenced block: a label of ours, a line and a body of recorded text, and how much of it is shown.
/// </summary>
internal sealed class PacketPiece
{
    public required PacketClass Class { get; init; }

    /// <summary>Of our making: never holds recorded text.</summary>
    public required string Label { get; init; }

    /// <summary>The event type, or the name of the part.</summary>
    public required string Kind { get; init; }
    public long? Seq { get; init; }

    /// <summary>Shown whole or not at all, with the block.</summary>
    public string Line { get; init; } = "";
    public string Body { get; init; } = "";

    /// <summary>Why a blob of the piece is not in the body.</summary>
    public string? Absence { get; init; }

    public bool IsShown { get; set; }

    /// <summary>
    /// The characters of the body to show at most; what is missing is said in their place.
    /// </summary>
    public int BodyCharsMax { get; set; }

    public bool IsCut => IsShown && Body.Length > BodyCharsMax;

    /// <summary>What the block takes without its body: two fence lines, the label, the line.</summary>
    public int FrameLength =>
        2 * (JudgePacket.FenceLength + 3) + 2 + Label.Length + (Line.Length == 0 ? 0 : Line.Length + 1);

    public void AppendTo(StringBuilder packet, string fence)
    {
        packet.Append($"[{fence} {Label}]\n");
        if (Line.Length > 0)
            packet.Append(Line).Append('\n');
        if (BodyCharsMax > 0 && Body.Length > 0)
            packet.Append(ShownBody()).Append('\n');
        packet.Append($"[/{fence}]\n");
    }

    /// <summary>
    /// The body in at most <see cref="BodyCharsMax"/> characters, the line about the gap included.
    /// </summary>
    private string ShownBody() =>
        Body.Length <= BodyCharsMax ? Body : TraceReading.Ends(Body, BodyCharsMax - PacketFit.GapLength);
}

/// <summary>The kinds of pieces, in the order in which they are given room.</summary>
internal enum PacketClass
{
    Report,
    Findings,
    Thought,
    Diff,
    Signal,
    Other,
}
