using System.Buffers;
using System.Text;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Writes what happened to one file as a unified diff in git's form. Own code, because a process of git for
/// every save costs more than the save, and no library writes byte-exact diffs of any encoding.
/// </summary>
internal sealed class DiffText(int diffEditsMax)
{
    private const int ContextLines = 3;

    // What git writes for a binary file of no content: the size, and a zlib stream of nothing in base 85.
    private const string NothingAsBinary = "GIT binary patch\nliteral 0\nHcmV?d00001\n\n";

    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>
    /// Git's own rule for what is binary. A snapshot carries such content; a diff only says that it is gone.
    /// </summary>
    public static bool IsBinary(ReadOnlySpan<byte> content) =>
        content[..Math.Min(content.Length, 8000)].Contains((byte)0);

    public byte[] Create(string path, FileState after)
    {
        Start(path, path);
        Line($"new file mode {Octal(after.Mode)}");
        Body("/dev/null", Label("b/", path), [], after.Content);
        return Finish();
    }

    /// <summary>The deletion of a file whose content a text diff can hold.</summary>
    public byte[] Delete(string path, FileState before)
    {
        Start(path, path);
        Line($"deleted file mode {Octal(before.Mode)}");
        Body(Label("a/", path), "/dev/null", before.Content, []);
        return Finish();
    }

    /// <summary>The deletion of a binary file, whose content need not be at hand.</summary>
    public byte[] DeleteBinary(string path, FileMode mode)
    {
        Start(path, path);
        Line($"deleted file mode {Octal(mode)}");
        Text(NothingAsBinary);
        return Finish();
    }

    /// <summary>The creation of a binary file, its content in the diff.</summary>
    public byte[] CreateBinary(string path, FileState after)
    {
        Start(path, path);
        Line($"new file mode {Octal(after.Mode)}");
        Line($"index {new string('0', 40)}..{ContentHash.GitBlobId(after.Content)}");
        BinaryPatchText.Write(_text, after.Content);
        return Finish();
    }

    /// <summary>A change from or to binary content, all of the new content in the diff.</summary>
    public byte[] ChangeBinary(string path, FileState before, FileState after)
    {
        Start(path, path);
        var mode = ModeLines(before.Mode, after.Mode);
        var ids = Ids(before.Content, after.Content);
        Line(mode ? $"index {ids}" : $"index {ids} {Octal(before.Mode)}");
        BinaryPatchText.Write(_text, after.Content);
        return Finish();
    }

    /// <summary>A change in place, of content or mode or both; a link stays a link.</summary>
    public byte[] Change(string path, FileState before, FileState after)
    {
        Start(path, path);
        var mode = ModeLines(before.Mode, after.Mode);
        if (!mode && before.Mode == FileMode.SymbolicLink)
            Line($"index {Ids(before.Content, after.Content)} {Octal(before.Mode)}");
        Body(Label("a/", path), Label("b/", path), before.Content, after.Content);
        return Finish();
    }

    /// <summary>A change of the mode alone, whatever the content.</summary>
    public byte[] ChangeMode(string path, FileMode before, FileMode after)
    {
        Start(path, path);
        ModeLines(before, after);
        return Finish();
    }

    /// <summary>A rename that leaves the content as it is.</summary>
    public byte[] Rename(string from, string to, FileMode before, FileMode after)
    {
        Start(from, to);
        ModeLines(before, after);
        Line("similarity index 100%");
        Line($"rename from {Label("", from)}");
        Line($"rename to {Label("", to)}");
        return Finish();
    }

    private void Start(string from, string to)
    {
        _text.ResetWrittenCount();
        Line($"diff --git {Label("a/", from)} {Label("b/", to)}");
    }

    private bool ModeLines(FileMode before, FileMode after)
    {
        if (before == after)
            return false;
        Line($"old mode {Octal(before)}");
        Line($"new mode {Octal(after)}");
        return true;
    }

    private void Body(string oldLabel, string newLabel, byte[] before, byte[] after)
    {
        var (old, @new) = (new TextLines(before), new TextLines(after));
        var changes = LineDiff.Between(old, @new, diffEditsMax);
        if (changes.Count == 0)
            return;

        // A tab ends a name that holds a blank, as git writes it.
        Line($"--- {oldLabel}{(oldLabel.Contains(' ') ? "\t" : "")}");
        Line($"+++ {newLabel}{(newLabel.Contains(' ') ? "\t" : "")}");
        for (var first = 0; first < changes.Count; )
        {
            var last = first;
            while (last + 1 < changes.Count && Gap(changes[last], changes[last + 1]) <= 2 * ContextLines)
                last++;
            Hunk(old, @new, changes, first, last);
            first = last + 1;
        }
    }

    private static int Gap(LineChange change, LineChange next) =>
        next.OldStart - (change.OldStart + change.OldCount);

    private void Hunk(TextLines old, TextLines @new, IReadOnlyList<LineChange> changes, int first, int last)
    {
        var (head, tail) = (changes[first], changes[last]);
        var oldStart = Math.Max(0, head.OldStart - ContextLines);
        var newStart = head.NewStart - (head.OldStart - oldStart);
        var oldEnd = Math.Min(old.Count, tail.OldStart + tail.OldCount + ContextLines);
        var newEnd = tail.NewStart + tail.NewCount + (oldEnd - tail.OldStart - tail.OldCount);
        Line($"@@ -{Range(oldStart, oldEnd)} +{Range(newStart, newEnd)} @@");

        var at = oldStart;
        foreach (var change in changes.Skip(first).Take(last - first + 1))
        {
            while (at < change.OldStart)
                BodyLine(' ', old[at++]);
            for (; at < change.OldStart + change.OldCount; at++)
                BodyLine('-', old[at]);
            for (var added = 0; added < change.NewCount; added++)
                BodyLine('+', @new[change.NewStart + added]);
        }
        while (at < oldEnd)
            BodyLine(' ', old[at++]);
    }

    private static string Range(int start, int end) =>
        end == start ? $"{start},0"
        : end == start + 1 ? $"{start + 1}"
        : $"{start + 1},{end - start}";

    private void BodyLine(char kind, ReadOnlySpan<byte> line)
    {
        _text.Write([(byte)kind]);
        _text.Write(line);
        if (line.IsEmpty || line[^1] != (byte)'\n')
            Text("\n\\ No newline at end of file\n");
    }

    private void Line(string text) => Text(text + "\n");

    private void Text(string text) => _text.Write(Encoding.UTF8.GetBytes(text));

    private byte[] Finish() => _text.WrittenSpan.ToArray();

    private static string Ids(byte[] before, byte[] after) =>
        $"{ContentHash.GitBlobId(before)}..{ContentHash.GitBlobId(after)}";

    private static string Octal(FileMode mode) =>
        mode switch
        {
            FileMode.Executable => "100755",
            FileMode.SymbolicLink => "120000",
            _ => "100644",
        };

    /// <summary>The name as a diff writes it: in quotes where it holds what would end or break it.</summary>
    private static string Label(string prefix, string path)
    {
        if (!path.Any(c => c is < ' ' or '"' or '\\' or '\x7f'))
            return prefix + path;
        var quoted = new StringBuilder("\"").Append(prefix);
        foreach (var c in path)
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (c is < ' ' or '\x7f')
                quoted.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0'));
            else
                quoted.Append(c);
        return quoted.Append('"').ToString();
    }
}
