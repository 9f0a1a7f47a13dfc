using Datacurve.Core.Replay;

namespace Datacurve.Core.Consent;

/// <summary>How many lines a diff adds and removes: what may be known of one that is withheld.</summary>
public sealed record DiffSize(long LinesAdded, long LinesRemoved)
{
    /// <summary>Of a whole diff; null where the content is none.</summary>
    public static DiffSize? Of(ReadOnlyMemory<byte> content)
    {
        try
        {
            var lines = UnifiedDiff
                .Parse(content)
                .Files.SelectMany(file => file.Hunks)
                .SelectMany(hunk => hunk.Lines)
                .ToList();
            return lines.Count == 0
                ? null
                : new DiffSize(
                    lines.Count(line => line.Kind == HunkLineKind.Added),
                    lines.Count(line => line.Kind == HunkLineKind.Removed)
                );
        }
        catch (PatchException)
        {
            return null;
        }
    }
}
