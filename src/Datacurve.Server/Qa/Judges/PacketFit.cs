namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// Decides which blocks a packet shows and how much of each body, so that all together stay within a
/// number of characters. Depends on the lengths and their order alone.
/// </summary>
internal static class PacketFit
{
    /// <summary>Room for the line that says how much of a body is missing.</summary>
    public const int GapLength = 60;

    /// <summary>A body that would get less than this is left out.</summary>
    private const int BodyCharsMin = 200;

    /// <summary>
    /// The share of the room that each class may take at most, of what the ones before it left.
    /// </summary>
    private static readonly (PacketClass Class, double Share)[] Bodies =
    [
        (PacketClass.Report, 0.2),
        (PacketClass.Findings, 0.2),
        (PacketClass.Thought, 0.6),
        (PacketClass.Diff, 0.6),
        (PacketClass.Signal, 0.7),
        (PacketClass.Other, 1.0),
    ];

    private const double FramesShare = 0.4;

    public static void Fit(IReadOnlyList<PacketPiece> pieces, int charsMax)
    {
        var room = charsMax - FitFrames(pieces, charsMax);
        foreach (var (bodyClass, share) in Bodies)
        {
            var bodies = pieces
                .Where(piece => piece.IsShown && piece.Class == bodyClass && piece.Body.Length > 0)
                .ToList();
            room -= FitBodies(bodies, (int)(room * share));
        }
    }

    /// <summary>
    /// The parts first, then events class by class; of a class that does not fit, from both ends, because
    /// a trace is best understood by how it starts and ends.
    /// </summary>
    private static int FitFrames(IReadOnlyList<PacketPiece> pieces, int charsMax)
    {
        var used = 0;
        foreach (var part in pieces.Where(piece => piece.Seq is null))
        {
            part.IsShown = true;
            used += part.FrameLength;
        }

        var framesMax = (int)(charsMax * FramesShare);
        PacketClass[] order = [PacketClass.Thought, PacketClass.Signal, PacketClass.Other];
        foreach (var frameClass in order)
        {
            var events = pieces.Where(piece => piece.Seq is not null && piece.Class == frameClass).ToList();
            foreach (var piece in FromBothEnds(events))
            {
                if (used + piece.FrameLength > framesMax)
                    break;
                piece.IsShown = true;
                used += piece.FrameLength;
            }
        }

        return used;
    }

    /// <summary>Short bodies whole, longer ones cut at the same length, which is as large as fits.</summary>
    private static int FitBodies(List<PacketPiece> bodies, int charsMax)
    {
        var shown = bodies;
        var level = Level(shown, charsMax);
        if (level < BodyCharsMin && shown.Any(piece => piece.Body.Length > level))
        {
            shown = [.. FromBothEnds(bodies).Take(Math.Max(0, charsMax / (BodyCharsMin + 1)))];
            level = Level(shown, charsMax);
        }

        var used = 0;
        foreach (var piece in shown)
        {
            piece.BodyCharsMax = Math.Min(piece.Body.Length, level);
            used += piece.BodyCharsMax + 1;
        }

        return used;
    }

    /// <summary>The largest length such that all bodies, cut at it, with their line ends, fit.</summary>
    private static int Level(List<PacketPiece> bodies, int charsMax)
    {
        var lengths = bodies.Select(piece => piece.Body.Length).Order().ToList();
        var room = charsMax - lengths.Count;
        for (var i = 0; i < lengths.Count; i++)
        {
            var equal = Math.Max(0, room) / (lengths.Count - i);
            if (lengths[i] > equal)
                return equal;
            room -= lengths[i];
        }

        return int.MaxValue;
    }

    /// <summary>The first, the last, the second, the last but one.</summary>
    private static IEnumerable<PacketPiece> FromBothEnds(List<PacketPiece> pieces)
    {
        for (int first = 0, last = pieces.Count - 1; first <= last; first++, last--)
        {
            yield return pieces[first];
            if (first < last)
                yield return pieces[last];
        }
    }
}
