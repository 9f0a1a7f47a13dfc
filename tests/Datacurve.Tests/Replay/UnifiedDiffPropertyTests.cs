using System.Text;
using CsCheck;
using Datacurve.Core.Replay;
using Xunit;

namespace Datacurve.Tests.Replay;

public sealed class UnifiedDiffPropertyTests
{
    [Theory]
    [InlineData("--binary")]
    [InlineData("--binary", "--unified=0")]
    [InlineData("--binary", "--find-renames=30%", "--find-copies-harder")]
    public void What_git_diffs_applies_to_exactly_the_after_tree(params string[] options)
    {
        using var git = new GitDiff();
        RandomTrees.Pair.Sample(
            pair => AssertSame(pair.After, Apply(git.Between(pair.Before, pair.After, options), pair.Before)),
            iter: 60,
            threads: 1
        );
    }

    [Fact]
    public void What_a_plain_differ_writes_applies_to_exactly_the_after_bytes() =>
        Gen.Select(RandomTrees.Text, RandomTrees.Text, Gen.Int[0, 40], Gen.Bool)
            .Sample(
                (before, other, at, small) =>
                {
                    var after = small ? RandomTrees.EditLine(before, at, "edited") : other;
                    var diff = WholeFileDiff(before, after);
                    var tree = new MemoryTree().With("f", before);
                    AssertSame(new MemoryTree().With("f", after), Apply(diff, tree, knownPath: "f"));
                },
                iter: 2000
            );

    [Fact]
    public void A_damaged_diff_is_refused_or_does_no_other_than_what_it_says()
    {
        using var git = new GitDiff();
        Gen.Select(RandomTrees.Pair, Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte, Gen.Int[0, 3]).Array[1, 4])
            .Sample(
                (pair, damages) =>
                {
                    var diff = git.Between(pair.Before, pair.After, "--binary");
                    foreach (var (at, value, kind) in damages)
                        diff = Damage(diff, at, value, kind);
                    try
                    {
                        var changes = UnifiedDiff.Parse(diff).Apply(pair.Before);
                        Assert.All(changes, change => Assert.Null(RepoPath.Objection(change.Path)));
                    }
                    catch (PatchException refused)
                    {
                        Assert.NotEmpty(refused.Message);
                    }
                },
                iter: 150,
                threads: 1
            );
    }

    [Fact]
    public void A_diff_cut_anywhere_never_gives_half_a_hunk()
    {
        var before = "one\ntwo\nthree\nfour\n";
        var after = "one\n2\nthree\n4\nfive\n";
        var diff = WholeFileDiff(Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after));
        var tree = new MemoryTree().With("f", before);
        for (var length = 1; length < diff.Length; length++)
            Assert.Throws<PatchException>(() => Apply(diff[..length], tree, knownPath: "f"));
    }

    private static byte[] Damage(byte[] diff, int at, byte value, int kind)
    {
        if (diff.Length == 0)
            return [value];
        var index = at % diff.Length;
        if (kind == 0)
            return diff[..index];
        if (kind == 1)
            return [.. diff[..index], value, .. diff[index..]];
        if (kind == 2)
            return [.. diff[..index], .. diff[(index + 1)..]];
        diff[index] = value;
        return diff;
    }

    private static byte[] WholeFileDiff(byte[] before, byte[] after)
    {
        var (removed, added) = (Lines(before), Lines(after));
        var start = removed.Count == 0 ? 0 : 1;
        var diff = new StringBuilder($"--- a/f\n+++ b/f\n@@ -{start},{removed.Count} +1,{added.Count} @@\n");
        foreach (var (sign, line) in removed.Select(l => ('-', l)).Concat(added.Select(l => ('+', l))))
            diff.Append(sign).Append(line.EndsWith('\n') ? line : line + "\n\\ No newline at end of file\n");
        return removed.Count + added.Count == 0 ? [] : Encoding.Latin1.GetBytes(diff.ToString());
    }

    private static List<string> Lines(byte[] content)
    {
        var text = Encoding.Latin1.GetString(content);
        var lines = text.Split('\n').Select(line => line + "\n").ToList();
        lines[^1] = lines[^1][..^1];
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static MemoryTree Apply(byte[] diff, MemoryTree before, string? knownPath = null)
    {
        var after = new MemoryTree();
        foreach (var (path, file) in before)
            after[path] = file;
        foreach (var change in UnifiedDiff.Parse(diff, knownPath).Apply(before))
            if (change.After is null)
                after.Remove(change.Path);
            else
                after[change.Path] = change.After;
        return after;
    }

    private static void AssertSame(MemoryTree expected, MemoryTree actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (path, file) in expected)
        {
            Assert.Equal(file.Mode, actual[path].Mode);
            Assert.Equal(file.Content, actual[path].Content);
        }
    }
}
