using System.Buffers;
using System.Text;

namespace Datacurve.Core.Replay;

/// <summary>
/// Writes patches as a diff in git's form, such that <see cref="UnifiedDiff.Parse"/> reads the same patches
/// again. Blob ids are left out.
/// </summary>
internal static class DiffWriter
{
    public static byte[] Write(IReadOnlyList<FilePatch> files)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var file in files)
            Write(file, output);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(FilePatch file, ArrayBufferWriter<byte> output)
    {
        var (old, @new) = (file.OldPath ?? file.NewPath!, file.NewPath ?? file.OldPath!);
        Line(output, $"diff --git {Quoted("a/" + old)} {Quoted("b/" + @new)}");
        WriteModes(file, output);
        if (file is { OldPath: not null, NewPath: not null } && (file.OldPath != file.NewPath || file.IsCopy))
        {
            Line(output, $"{(file.IsCopy ? "copy" : "rename")} from {Quoted(file.OldPath)}");
            Line(output, $"{(file.IsCopy ? "copy" : "rename")} to {Quoted(file.NewPath)}");
        }
        if (file.Binary is { } binary)
        {
            Line(output, "GIT binary patch");
            BinaryPatchWriter.Write(binary, output);
        }
        if (file.Hunks.Count == 0)
            return;
        Line(output, file.OldPath is null ? "--- /dev/null" : $"--- {Quoted("a/" + old)}");
        Line(output, file.NewPath is null ? "+++ /dev/null" : $"+++ {Quoted("b/" + @new)}");
        var moved = 0;
        foreach (var hunk in file.Hunks)
        {
            Write(hunk, moved, output);
            moved += hunk.NewCount - hunk.OldCount;
        }
    }

    private static void WriteModes(FilePatch file, ArrayBufferWriter<byte> output)
    {
        if (file.OldPath is null)
            Line(output, $"new file mode {Octal(file.NewMode ?? FileMode.Regular)}");
        else if (file.NewPath is null)
            Line(output, $"deleted file mode {Octal(file.OldMode ?? FileMode.Regular)}");
        else if (file is { OldMode: { } mode, NewMode: null })
            Line(output, $"index 0000000..0000000 {Octal(mode)}");
        else
        {
            if (file.OldMode is { } before)
                Line(output, $"old mode {Octal(before)}");
            if (file.NewMode is { } after)
                Line(output, $"new mode {Octal(after)}");
        }
    }

    private static void Write(Hunk hunk, int moved, ArrayBufferWriter<byte> output)
    {
        // Where a side has no lines, its start is the line before.
        var start = hunk.OldStart + moved + (hunk.OldCount == 0 ? 1 : 0) - (hunk.NewCount == 0 ? 1 : 0);
        Line(output, $"@@ -{hunk.OldStart},{hunk.OldCount} +{start},{hunk.NewCount} @@");
        foreach (var line in hunk.Lines)
        {
            output.Write(
                line.Kind switch
                {
                    HunkLineKind.Added => "+"u8,
                    HunkLineKind.Removed => "-"u8,
                    _ => " "u8,
                }
            );
            output.Write(line.Content.Span);
            if (!line.Content.Span.EndsWith("\n"u8))
                output.Write("\n\\ No newline at end of file\n"u8);
        }
    }

    private static string Octal(FileMode mode) =>
        mode switch
        {
            FileMode.Executable => "100755",
            FileMode.SymbolicLink => "120000",
            _ => "100644",
        };

    private static void Line(ArrayBufferWriter<byte> output, string line)
    {
        Encoding.UTF8.GetBytes(line, output);
        output.Write("\n"u8);
    }

    private static string Quoted(string name)
    {
        if (!name.Any(c => c is < ' ' or '"' or '\\' or '\x7f'))
            return name;
        var quoted = new StringBuilder("\"");
        foreach (var c in name)
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (c is < ' ' or '\x7f')
                quoted.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0'));
            else
                quoted.Append(c);
        return quoted.Append('"').ToString();
    }
}
