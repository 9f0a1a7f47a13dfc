using System.Text;
using Datacurve.Core.Replay;
using Xunit;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Replay;

public sealed class UnifiedDiffTests
{
    private static readonly MemoryTree Tree = new MemoryTree()
        .With("src/x.py", "one\ntwo\nthree\n")
        .With("crlf.txt", "one\r\ntwo")
        .With("run.sh", "echo\n", FileMode.Executable)
        .With("link", "/etc", FileMode.SymbolicLink);

    [Fact]
    public void Hunks_alone_apply_to_the_known_file() =>
        Assert.Equal("one\n2\nthree\n", After("@@ -2 +2 @@\n-two\n+2\n", "src/x.py", "src/x.py"));

    [Theory]
    [InlineData("--- a/src/x.py\n+++ b/src/x.py\n")]
    [InlineData("--- src/x.py.orig\t2024-01-01 00:00:00\n+++ src/x.py\t2024-01-01 00:00:01\n")]
    [InlineData("Index: src/x.py\n=====\n--- src/x.py\n+++ src/x.py\n")]
    [InlineData(
        "From: Ada\n---\n x | 2 +-\n\ndiff --git a/src/x.py b/src/x.py\n--- a/src/x.py\n+++ b/src/x.py\n"
    )]
    [InlineData("diff --git src/x.py src/x.py\nindex 0123456..789abcd 100644\n--- src/x.py\n+++ src/x.py\n")]
    [InlineData("diff --git i/src/x.py w/src/x.py\n--- i/src/x.py\n+++ w/src/x.py\n")]
    public void Every_usual_header_names_the_file(string header) =>
        Assert.Equal(
            "one\n2\nthree\n",
            After(header + "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n", "src/x.py")
        );

    [Theory]
    [InlineData("--- original\n+++ modified\n")]
    [InlineData("--- /home/ada/project/src/x.py\n+++ /home/ada/project/src/x.py\n")]
    public void Names_are_labels_where_the_file_is_known(string header) =>
        Assert.Equal("one\n2\nthree\n", After(header + "@@ -2 +2 @@\n-two\n+2\n", "src/x.py", "src/x.py"));

    [Fact]
    public void Line_ends_and_a_missing_last_newline_are_kept() =>
        Assert.Equal(
            "one\r\nTWO",
            After(
                "@@ -1,2 +1,2 @@\n one\r\n-two\n\\ No newline at end of file\n+TWO\n\\ No newline\n",
                "crlf.txt",
                "crlf.txt"
            )
        );

    [Fact]
    public void An_empty_context_line_without_its_blank_is_context()
    {
        var tree = new MemoryTree().With("f", "a\n\nb\n");
        var changes = Parse("@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n", "f").Apply(tree);
        Assert.Equal("a\n\nc\n", Encoding.UTF8.GetString(changes.Single().After!.Content));
    }

    [Fact]
    public void Lines_added_to_nothing_create_a_file() =>
        Assert.Equal("new\n", After("--- a/n.py\n+++ b/n.py\n@@ -0,0 +1 @@\n+new\n", "n.py"));

    [Fact]
    public void A_swap_reads_both_files_as_they_were_before()
    {
        var diff =
            "diff --git a/src/x.py b/run.sh\nsimilarity index 100%\nrename from src/x.py\nrename to run.sh\n"
            + "diff --git a/run.sh b/src/x.py\nrename from run.sh\nrename to src/x.py\n";
        var changes = Parse(diff).Apply(Tree).ToDictionary(change => change.Path);
        Assert.Equal(Tree["src/x.py"], changes["run.sh"].After, FileState.SameAs);
        Assert.Equal(Tree["run.sh"], changes["src/x.py"].After, FileState.SameAs);
    }

    [Theory]
    [InlineData("@@ -1,3 +1,3 @@\n one\n-TWO\n+2\n three\n")]
    [InlineData("@@ -2,3 +2,3 @@\n one\n-two\n+2\n three\n")]
    [InlineData("@@ -9 +9 @@\n-two\n+2\n")]
    [InlineData("@@ -2 +2 @@\n-two\n+2\n@@ -1 +1 @@\n-one\n+1\n")]
    [InlineData("@@ -2 +2 @@\n-two\n\\ No newline at end of file\n+2\n")]
    [InlineData("@@ -2 +2 @@\n-two\n+2\n\\ No newline at end of file\n")]
    [InlineData("@@ -2 +2 @@\n-two\n+2\n+extra\n")]
    [InlineData("@@ -2 +2,2 @@\n-two\n+2\n")]
    [InlineData("@@ -2 +2 @@\n-two\n*2\n")]
    [InlineData("@@ -0,1 +1 @@\n-one\n+1\n")]
    [InlineData("@@ -99999999999 +1 @@\n-one\n+1\n")]
    [InlineData("no diff at all")]
    public void What_does_not_fit_exactly_is_refused(string diff) =>
        Assert.Throws<PatchException>(() => After(diff, "src/x.py", "src/x.py"));

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/etc/passwd")]
    [InlineData("C:/x")]
    [InlineData(".git/hooks/pre-commit")]
    [InlineData("sub/.GIT/config")]
    [InlineData(".git./config")]
    [InlineData(".git /config")]
    [InlineData(".g\u200cit/config")]
    [InlineData("git~1/config")]
    [InlineData(".git::$INDEX_ALLOCATION/config")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("..\\x")]
    public void An_unsafe_path_refuses_the_whole_diff(string path)
    {
        var harmless = "--- a/src/x.py\n+++ b/src/x.py\n@@ -2 +2 @@\n-two\n+2\n";
        var created = $"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+new\n";
        var renamed = $"diff --git a/src/x.py b/{path}\nrename from src/x.py\nrename to {path}\n";
        var quoted = $"diff --git \"a/{path}\" \"b/{path}\"\nnew file mode 100644\n".Replace("\\", "\\\\");
        foreach (var hostile in (string[])[created, renamed, quoted])
            Assert.Throws<PatchException>(() => Parse(harmless + hostile));
        Assert.Throws<PatchException>(() => Parse(created, "src/x.py"));
    }

    [Fact]
    public void A_quoted_NUL_in_a_name_is_refused() =>
        Assert.Throws<PatchException>(() =>
            Parse("diff --git \"a/x\\000\" \"b/x\\000\"\nnew file mode 100644\n")
        );

    [Theory]
    [InlineData(
        "diff --git a/link/x b/link/x\nnew file mode 100644\n--- /dev/null\n+++ b/link/x\n@@ -0,0 +1 @@\n+x\n"
    )]
    [InlineData("diff --git a/run.sh/x b/run.sh/x\nnew file mode 100644\n")]
    [InlineData("diff --git a/src b/src\nnew file mode 100644\n")]
    [InlineData("diff --git a/run.sh b/run.sh\nnew file mode 100644\n")]
    [InlineData("diff --git a/sub b/sub\nnew file mode 160000\n")]
    [InlineData("diff --git a/l b/l\nnew file mode 120000\n")]
    [InlineData("--- a/link\n+++ b/link\n@@ -1 +1 @@\n-/etc\n\\ No newline at end of file\n+/tmp\n")]
    [InlineData("diff --git a/run.sh b/run.sh\ndeleted file mode 100755\n")]
    [InlineData("diff --git a/x.png b/x.png\nBinary files a/x.png and b/x.png differ\n")]
    [InlineData("diff --cc src/x.py\n@@@ -1,1 -1,1 +1,1 @@@\n")]
    public void What_the_tree_has_no_room_or_content_for_is_refused(string diff) =>
        Assert.Throws<PatchException>(() => Parse(diff).Apply(Tree));

    [Fact]
    public void A_link_and_a_file_below_it_in_one_diff_are_refused()
    {
        var link =
            "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n"
            + "@@ -0,0 +1 @@\n+/etc\n\\ No newline at end of file\n";
        var through = "diff --git a/l/x b/l/x\nnew file mode 100644\n";
        Assert.Single(Parse(link).Apply(Tree));
        Assert.Throws<PatchException>(() => Parse(link + through).Apply(Tree));
        Assert.Throws<PatchException>(() => Parse(through + link).Apply(Tree));
    }

    [Fact]
    public void A_binary_file_that_inflates_past_its_size_is_refused()
    {
        using var git = new GitDiff();
        var diff = Encoding.Latin1.GetString(
            git.Between([], new MemoryTree().With("b", new byte[100_000]), "--binary")
        );
        Assert.Contains("literal 100000", diff, StringComparison.Ordinal);
        Assert.Single(Parse(diff).Apply(new MemoryTree()));
        var lying = diff.Replace("literal 100000", "literal 10", StringComparison.Ordinal);
        Assert.Throws<PatchException>(() => Parse(lying));
        var huge = diff.Replace("literal 100000", "literal 99999999999", StringComparison.Ordinal);
        Assert.Throws<PatchException>(() => Parse(huge));
    }

    [Fact]
    public void Many_binary_files_that_inflate_to_too_much_together_are_refused()
    {
        using var git = new GitDiff();
        var one = Encoding.Latin1.GetString(
            git.Between([], new MemoryTree().With("b0", new byte[PatchLimits.FileBytesMax]), "--binary")
        );
        var count = (int)(PatchLimits.StateBytesMax / PatchLimits.FileBytesMax);
        var all = string.Concat(
            Enumerable
                .Range(0, count)
                .Select(index => one.Replace("/b0", $"/b{index}", StringComparison.Ordinal))
        );
        Assert.Equal(count, Parse(all).Files.Count);
        Assert.Throws<PatchException>(() => Parse(all + one));
    }

    [Fact]
    public void A_binary_patch_for_other_content_is_refused()
    {
        using var git = new GitDiff();
        byte[] before = [0, 1, 2, 3];
        var diff = git.Between(
            new MemoryTree().With("b", before),
            new MemoryTree().With("b", [0, 9]),
            "--binary"
        );
        Assert.Throws<PatchException>(() =>
            UnifiedDiff.Parse(diff).Apply(new MemoryTree().With("b", [0, 1, 2, 4]))
        );
    }

    [Fact]
    public void A_diff_over_the_limits_is_refused()
    {
        Assert.Throws<PatchException>(() => UnifiedDiff.Parse(new byte[PatchLimits.PatchBytesMax + 1]));
        var files = new StringBuilder();
        for (var file = 0; file <= PatchLimits.FilesMax; file++)
            files.Append($"diff --git a/{file} b/{file}\nnew file mode 100644\n");
        Assert.Throws<PatchException>(() => Parse(files.ToString()));
        var hunks = new StringBuilder("--- a/x\n+++ b/x\n");
        for (var hunk = 0; hunk <= PatchLimits.HunksMax; hunk++)
            hunks.Append($"@@ -{hunk},0 +{hunk + 1} @@\n+\n");
        Assert.Throws<PatchException>(() => Parse(hunks.ToString()));
    }

    private static UnifiedDiff Parse(string diff, string? knownPath = null) =>
        UnifiedDiff.Parse(Encoding.UTF8.GetBytes(diff), knownPath);

    private static string After(string diff, string path, string? knownPath = null)
    {
        var change = Assert.Single(Parse(diff, knownPath).Apply(Tree));
        Assert.Equal(path, change.Path);
        return Encoding.UTF8.GetString(change.After!.Content);
    }
}
