using System.Text;
using CsCheck;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Replay;

/// <summary>
/// Trees and edits with all that makes diffs hard: line ends, no last newline, other bytes.
/// </summary>
internal static class RandomTrees
{
    private static readonly string[] Names =
    [
        "a.txt",
        "b",
        "dir/c d.py",
        "dir/naïve.py",
        "dir/deep/\"quoted\"\t.txt",
        "a/b/c",
        "b.bin",
        "Z--",
    ];

    private static readonly Gen<string> Line = Gen.OneOf(
        "same",
        "",
        "-- ",
        "--- a/x",
        "+++ b/x",
        "@@ -1,2 +1,2 @@",
        "\\ No newline at end of file",
        "diff --git a/x b/x",
        "ünïcode",
        "tab\t",
        "x",
        "y",
        "z"
    );

    private static readonly Gen<string> LineEnd = Gen.Frequency(
        (8, Gen.Const("\n")),
        (2, Gen.Const("\r\n")),
        (1, Gen.Const("\r"))
    );

    /// <summary>Text of up to 30 lines, often without a newline at its end, sometimes not UTF-8.</summary>
    public static readonly Gen<byte[]> Text =
        from lines in Gen.Select(Line, LineEnd, (line, end) => line + end).Array[0, 30]
        from ending in Gen.OneOf("", "", "no newline here")
        from latin in Gen.Bool
        select (latin ? Encoding.Latin1 : Encoding.UTF8).GetBytes(string.Concat(lines) + ending);

    /// <summary>Text, or bytes with NULs among them, which git shows as binary.</summary>
    public static readonly Gen<byte[]> Content = Gen.Frequency(
        (5, Text),
        (1, Gen.Byte.Array[0, 3000].Select(bytes => (byte[])[0, .. bytes]))
    );

    private static readonly Gen<FileMode> Mode = Gen.Frequency(
        (4, Gen.Const(FileMode.Regular)),
        (1, Gen.Const(FileMode.Executable))
    );

    private static readonly Gen<(byte[] Content, FileMode Mode)> File = Gen.Frequency(
        (8, Gen.Select(Content, Mode)),
        (1, Gen.OneOf("a.txt", "../../../etc/passwd").Select(Link))
    );

    public static readonly Gen<MemoryTree> Tree = Gen.Select(
            Gen.Shuffle(Names, 0, Names.Length),
            File.Array[Names.Length]
        )
        .Select((names, files) => Make(names, files));

    /// <summary>
    /// A tree and what a person could have made of it: some files changed, some gone, some new.
    /// </summary>
    public static readonly Gen<(MemoryTree Before, MemoryTree After)> Pair =
        from before in Tree
        from other in Tree
        from choices in Gen.Int[0, 3].Array[Names.Length]
        from edits in Gen.Select(Gen.Int[0, 40], Line).Array[Names.Length]
        select (before, Mix(before, other, choices, edits));

    /// <summary>Replaces, inserts or removes one line.</summary>
    public static byte[] EditLine(byte[] content, int at, string line)
    {
        var lines = Encoding.Latin1.GetString(content).Split('\n').ToList();
        var index = at % lines.Count;
        if (at % 3 == 0)
            lines.RemoveAt(index);
        else if (at % 3 == 1)
            lines.Insert(index, line);
        else
            lines[index] = line;
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    private static (byte[], FileMode) Link(string target) =>
        (Encoding.UTF8.GetBytes(target), FileMode.SymbolicLink);

    private static MemoryTree Make(string[] names, (byte[] Content, FileMode Mode)[] files)
    {
        var tree = new MemoryTree();
        foreach (var (name, file) in names.Zip(files))
            tree.With(name, file.Content, file.Mode);

        // "b" and "a.txt" stay files; no generated name is a folder of another.
        return tree;
    }

    private static MemoryTree Mix(MemoryTree before, MemoryTree other, int[] choices, (int, string)[] edits)
    {
        var after = new MemoryTree();
        foreach (var (name, index) in Names.Select((name, index) => (name, index)))
        {
            var (at, line) = edits[index];
            if (choices[index] > 1 && before.Find(name) is { } kept)
                after.With(
                    name,
                    choices[index] == 2 && kept.Mode != FileMode.SymbolicLink
                        ? EditLine(kept.Content, at, line)
                        : kept.Content,
                    kept.Mode
                );
            else if (choices[index] == 1 && other.Find(name) is { } replaced)
                after.With(name, replaced.Content, replaced.Mode);
        }
        return after;
    }
}
