using System.Text;
using CsCheck;
using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Replay;
using Datacurve.Tests.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Cli.Capture;

public sealed class DiffTextTests
{
    private static readonly string[] Names =
    [
        "a.txt",
        "dir/c d.py",
        "dir/naïve.py",
        "dir/\"quoted\"\t.txt",
        "a/b/c",
        "line\nend",
        "back\\slash",
        "bell\a",
        " ",
        "-- x",
    ];

    [Fact]
    public void A_diff_of_any_two_texts_leads_exactly_from_one_to_the_other() =>
        Gen.Select(RandomTrees.Text, RandomTrees.Text, Gen.OneOf(Names), Gen.Int[0, 60], Gen.Int[0, 40])
            .Sample(
                (before, other, path, edits, at) =>
                {
                    var after = at % 3 == 0 ? other : RandomTrees.EditLine(before, at, "changed");
                    var patch = new DiffText(edits).Change(path, Regular(before), Regular(after));

                    var tree = new MemoryTree().With(path, before);
                    var change = UnifiedDiff.Parse(patch, path).Apply(tree).SingleOrDefault();
                    Assert.Equal(after, change is null ? before : change.After!.Content);
                },
                iter: 3000
            );

    [Fact]
    public void Git_applies_what_is_written()
    {
        using var folder = new TempFolder();
        Gen.Select(
                RandomTrees.Text,
                RandomTrees.Text,
                Gen.OneOf(Names.Where(name => name[0] != ' ').ToArray())
            )
            .Where((before, after, _) => !before.SequenceEqual(after))
            .Sample(
                (before, after, path) =>
                {
                    var root = Directory
                        .CreateDirectory(folder.Combine(Guid.NewGuid().ToString("N")))
                        .FullName;
                    var full = Path.Combine(root, path);
                    Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                    File.WriteAllBytes(full, before);
                    var patch = folder.Combine("patch");
                    File.WriteAllBytes(patch, new DiffText(50).Change(path, Regular(before), Regular(after)));
                    GitDiff.Run(root, "apply", "--unsafe-paths", "--whitespace=nowarn", patch);
                    Assert.Equal(after, File.ReadAllBytes(full));
                },
                iter: 40,
                threads: 1
            );
    }

    [Fact]
    public void The_smallest_diff_is_found()
    {
        var before = string.Concat(Enumerable.Range(0, 100).Select(line => $"line {line}\n"));
        var after = before
            .Replace("line 10\n", "ten\n", StringComparison.Ordinal)
            .Replace("line 80\n", "line 80\nand a half\n", StringComparison.Ordinal);
        var patch = Encoding.UTF8.GetString(new DiffText(100).Change("x", Regular(before), Regular(after)));
        Assert.Equal(2, patch.Split("\n@@ ").Length - 1);
        Assert.Equal(3, patch.Split('\n').Count(line => line is ['+' or '-', not ('+' or '-'), ..]));
    }

    [Fact]
    public void A_text_that_differs_everywhere_is_replaced_without_a_search()
    {
        var before = string.Concat(Enumerable.Range(0, 200_000).Select(line => $"old {line}\n"));
        var after = string.Concat(Enumerable.Range(0, 200_000).Select(line => $"new {line}\n"));
        var patch = new DiffText(800).Change("x", Regular(before), Regular(after));
        var change = UnifiedDiff.Parse(patch, "x").Apply(new MemoryTree().With("x", before)).Single();
        Assert.Equal(after, Encoding.UTF8.GetString(change.After!.Content));
    }

    private static FileState Regular(byte[] content) => new(content, FileMode.Regular);

    private static FileState Regular(string text) => Regular(Encoding.UTF8.GetBytes(text));
}
