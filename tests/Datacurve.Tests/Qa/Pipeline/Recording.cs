using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Tests.Qa.Workspaces;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>A developer's work on a small repository: where it began and one edit after the other.</summary>
internal sealed class Recording
{
    public const string Unittest = "python3 -m unittest -v";

    /// <summary>The base's test passes; what is wrong is not tested yet.</summary>
    public const string OldTests = """
        import unittest
        from calc import add

        class Adding(unittest.TestCase):
            def test_nothing(self):
                self.assertEqual(add(0, 0), 0)

        """;

    public const string NewTests =
        OldTests
        + """
                def test_two_numbers(self):
                    self.assertEqual(add(2, 3), 5)

            """;

    private readonly List<RecordedEdit> _edits = [];

    private Recording(MemoryTree start) => (Start, End) = (start, start);

    public MemoryTree Start { get; }

    public MemoryTree End { get; private set; }

    public IReadOnlyList<RecordedEdit> Edits => _edits;

    /// <summary>A sum that subtracts, fixed, with a test that shows it.</summary>
    public static Recording OfWrongSum() =>
        WrongSum().Edit("test_calc.py", NewTests).Edit("calc.py", "def add(a, b):\n    return a + b\n");

    /// <summary>The repository of the wrong sum, without any work on it.</summary>
    public static Recording WrongSum() =>
        On(
            new MemoryTree()
                .With("calc.py", "def add(a, b):\n    return a - b\n")
                .With("test_calc.py", OldTests)
        );

    public static Recording On(MemoryTree start) => new(start);

    /// <summary>Writes a file; null deletes it.</summary>
    public Recording Edit(string path, string? text)
    {
        var after = new MemoryTree();
        foreach (var (name, file) in End)
            after[name] = file;
        after.Remove(path);
        if (text is not null)
            after.With(path, text);
        using var git = new GitDiff();
        _edits.Add(
            new RecordedEdit(path, git.Between(End, after), HashOf(End.Find(path)), HashOf(after.Find(path)))
        );
        End = after;
        return this;
    }

    /// <summary>The last edit with the hash of something else.</summary>
    public Recording WithWrongHash()
    {
        _edits[^1] = _edits[^1] with { PostHash = BlobId.Of("something else"u8).Hash };
        return this;
    }

    public byte[] FinalDiff()
    {
        using var git = new GitDiff();
        return git.Between(Start, End);
    }

    public byte[] BaseTar() =>
        TarOf.Entries(
            Start.Select(TarEntry (file) => TarOf.File(file.Key, Encoding.UTF8.GetString(file.Value.Content)))
        );

    private static string? HashOf(Core.Replay.FileState? file) =>
        file is null ? null : BlobId.Of(file.Content).ToString();
}

internal sealed record RecordedEdit(string Path, byte[] Patch, string? PreHash, string? PostHash)
{
    public JsonObject Payload() =>
        new()
        {
            ["file_path"] = Path,
            ["edit_kind"] = "patch",
            ["patch_blob_id"] = BlobId.Of(Patch).ToString(),
            ["pre_hash"] = PreHash,
            ["post_hash"] = PostHash,
        };
}
