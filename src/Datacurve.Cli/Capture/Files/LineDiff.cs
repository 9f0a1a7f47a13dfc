using System.Runtime.InteropServices;

namespace Datacurve.Cli.Capture.Files;

/// <summary>Lines of the old text, counted from 0, that lines of the new text take the place of.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineChange(int OldStart, int OldCount, int NewStart, int NewCount);

/// <summary>
/// Which lines differ, by Myers' greedy algorithm ("An O(ND) Difference Algorithm", 1986). Own code, because
/// the libraries compare strings: here a line is bytes of whatever encoding, and the work must be bounded.
/// </summary>
internal static class LineDiff
{
    /// <summary>The differences, in order; never two that touch.</summary>
    /// <param name="editsMax">Beyond so many lines added and removed all between the first and the last
    /// difference counts as one.</param>
    public static IReadOnlyList<LineChange> Between(TextLines old, TextLines @new, int editsMax)
    {
        var (start, oldEnd, newEnd) = Middle(old, @new);
        if (start == oldEnd && start == newEnd)
            return [];
        var whole = new LineChange(start, oldEnd - start, start, newEnd - start);
        if (whole.OldCount == 0 || whole.NewCount == 0)
            return [whole];

        var numbers = new LineNumbers();
        var a = numbers.Of(old, start, oldEnd);
        var b = numbers.Of(@new, start, newEnd);
        return Myers(a, b, editsMax) is { } changes
            ? [.. changes.Select(change => Shifted(change, start))]
            : [whole];
    }

    private static LineChange Shifted(LineChange change, int by) =>
        change with
        {
            OldStart = change.OldStart + by,
            NewStart = change.NewStart + by,
        };

    private static (int Start, int OldEnd, int NewEnd) Middle(TextLines old, TextLines @new)
    {
        var start = 0;
        var shorter = Math.Min(old.Count, @new.Count);
        while (start < shorter && old[start].SequenceEqual(@new[start]))
            start++;
        var (oldEnd, newEnd) = (old.Count, @new.Count);
        while (oldEnd > start && newEnd > start && old[oldEnd - 1].SequenceEqual(@new[newEnd - 1]))
            (oldEnd, newEnd) = (oldEnd - 1, newEnd - 1);
        return (start, oldEnd, newEnd);
    }

    /// <summary>Null where there are more than <paramref name="editsMax"/> edits.</summary>
    private static List<LineChange>? Myers(int[] a, int[] b, int editsMax)
    {
        // The furthest x on each diagonal k = x - y, kept for every number of edits to walk back along.
        var rounds = new List<int[]>();
        var furthest = new int[(2 * editsMax) + 3];
        var middle = editsMax + 1;
        for (var edits = 0; edits <= editsMax; edits++)
        {
            for (var k = -edits; k <= edits; k += 2)
            {
                var down = k == -edits || (k != edits && Before(k) < furthest[middle + k + 1]);
                var x = down ? furthest[middle + k + 1] : Before(k) + 1;
                while (x < a.Length && x - k < b.Length && a[x] == b[x - k])
                    x++;
                furthest[middle + k] = x;
                if (x >= a.Length && x - k >= b.Length)
                    return WalkBack(a.Length, b.Length, edits, rounds);
            }
            rounds.Add(furthest[(middle - edits)..(middle + edits + 1)]);
        }
        return null;

        int Before(int k) => furthest[middle + k - 1];
    }

    private static List<LineChange> WalkBack(int x, int y, int edits, List<int[]> rounds)
    {
        var changes = new List<LineChange>();
        for (; edits > 0; edits--)
        {
            var round = rounds[edits - 1];
            int Reached(int diagonal) => Math.Abs(diagonal) <= edits - 1 ? round[diagonal + edits - 1] : -1;

            var k = x - y;
            var down = k == -edits || (k != edits && Reached(k - 1) < Reached(k + 1));
            var fromX = Reached(down ? k + 1 : k - 1);
            var fromY = fromX - (down ? k + 1 : k - 1);
            Prepend(changes, down ? new LineChange(fromX, 0, fromY, 1) : new LineChange(fromX, 1, fromY, 0));
            (x, y) = (fromX, fromY);
        }
        changes.Reverse();
        return changes;
    }

    // The list grows backwards; what touches the change before it becomes one with it.
    private static void Prepend(List<LineChange> changes, LineChange change)
    {
        if (
            changes is [.., var next]
            && change.OldStart + change.OldCount == next.OldStart
            && change.NewStart + change.NewCount == next.NewStart
        )
            changes[^1] = new LineChange(
                change.OldStart,
                change.OldCount + next.OldCount,
                change.NewStart,
                change.NewCount + next.NewCount
            );
        else
            changes.Add(change);
    }

    /// <summary>Gives equal lines equal numbers, so that the search compares no bytes.</summary>
    private sealed class LineNumbers : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        private readonly Dictionary<ReadOnlyMemory<byte>, int> _numbers;

        public LineNumbers() => _numbers = new(this);

        public int[] Of(TextLines lines, int start, int end)
        {
            var numbers = new int[end - start];
            for (var line = start; line < end; line++)
            {
                var content = lines.MemoryOf(line);
                if (!_numbers.TryGetValue(content, out var number))
                    _numbers.Add(content, number = _numbers.Count);
                numbers[line - start] = number;
            }
            return numbers;
        }

        public bool Equals(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) =>
            left.Span.SequenceEqual(right.Span);

        public int GetHashCode(ReadOnlyMemory<byte> line)
        {
            var hash = new HashCode();
            hash.AddBytes(line.Span);
            return hash.ToHashCode();
        }
    }
}

/// <summary>The lines of a text as bytes, each with its end; only a newline ends one.</summary>
internal sealed class TextLines
{
    private readonly ReadOnlyMemory<byte> _text;
    private readonly List<int> _starts = [0];

    public TextLines(ReadOnlyMemory<byte> text)
    {
        _text = text;
        for (var at = 0; at < text.Length; )
        {
            var newline = text.Span[at..].IndexOf((byte)'\n');
            at = newline < 0 ? text.Length : at + newline + 1;
            _starts.Add(at);
        }
    }

    public int Count => _starts.Count - 1;

    public ReadOnlySpan<byte> this[int line] => MemoryOf(line).Span;

    /// <summary>The text from one line up to another.</summary>
    public ReadOnlySpan<byte> Between(int start, int end) => _text.Span[_starts[start].._starts[end]];

    public ReadOnlyMemory<byte> MemoryOf(int line) => _text[_starts[line].._starts[line + 1]];
}
