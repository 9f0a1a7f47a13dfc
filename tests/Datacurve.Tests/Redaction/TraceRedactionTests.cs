using System.Text;
using CsCheck;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Core.Replay;
using Datacurve.Tests.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Redaction;

public sealed class TraceRedactionTests
{
    internal static readonly string[] Secrets = MakeSecrets();
    internal static readonly string[] Names = ["a.py", "dir/b.env", $"dir/{Secrets[0]}.txt"];
    private readonly Redactor _redactor = Planted.NewRedactor();

    private static readonly Gen<string> Line = Gen.OneOf(
        Gen.OneOf("same", "", "-- ", "x", "+ y", "--- a/x", "ünïcode", "tab\t"),
        Gen.Int[0, Secrets.Length - 1].Select(i => $"  TOKEN={Secrets[i]}"),
        Gen.Int[0, Secrets.Length - 1].Select(i => $"{Secrets[i]}"),
        Gen.Int[0, Secrets.Length - 1]
            .Select(i => $"- \"password\": \"{Secrets[i]}\", // {Secrets[(i + 1) % Secrets.Length]}"),
        Gen.Int[0, Secrets.Length - 1].Select(i => Secrets[i][..(Secrets[i].Length / 2)])
    );

    internal static readonly Gen<byte[]> Content =
        from lines in Gen.Select(Line, Gen.OneOf("\n", "\n", "\r\n"), (line, end) => line + end).Array[0, 25]
        from ending in Gen.OneOf("", "", "no newline " + Secrets[2])
        from isBinary in Gen.Int[0, 7]
        select Encoding.UTF8.GetBytes((isBinary == 0 ? "\0" : "") + string.Concat(lines) + ending);

    [Fact]
    public void Redacting_then_replaying_is_replaying_then_redacting_for_a_thousand_random_traces()
    {
        using var git = new GitDiff();
        Gen.Select(Content.Array[Names.Length], Gen.Select(Gen.Int[0, Names.Length - 1], Content).Array[1, 3])
            .Sample(
                (start, steps) =>
                {
                    var trace = Record(git, start, steps);
                    var redaction = new TraceRedaction(_redactor, trace.Start, _redactor.NewReport());
                    var replay = new TraceReplay(redaction.Start);
                    foreach (var (traceEvent, patch) in trace.Edits)
                    {
                        var (redacted, blob) = redaction.Redact(traceEvent, patch);
                        Assert.Equal(TraceReplay.BlobOf(redacted), BlobId.Of(blob!));
                        replay.Apply(redacted, blob);
                    }
                    var expected = Redacted(trace.End);
                    foreach (var (path, file) in expected)
                        Assert.True(FileState.SameAs(file, replay.Tree.Find(path)), path);
                    var diff = redaction.RedactDiff(trace.Diff);
                    var result = replay.CompareWith(UnifiedDiff.Parse(diff).Apply(redaction.Start));
                    Assert.True(result.Exact, result.Reason);
                    Assert.Equal(trace.Edits.Count, result.HashesChecked);
                    Assert.All(
                        (string[])[Secrets[0], Secrets[2]],
                        secret => Assert.Equal(-1, diff.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)))
                    );
                },
                iter: 1000,
                threads: 2
            );
    }

    [Fact]
    public void A_diff_is_redacted_as_text_to_what_applies_to_the_redacted_file()
    {
        using var git = new GitDiff();
        Gen.Select(Content, Content)
            .Where((before, after) => !before.Contains((byte)0) && !after.Contains((byte)0))
            .Sample(
                (before, after) =>
                {
                    var (old, @new) = (new MemoryTree().With("f", before), new MemoryTree().With("f", after));
                    var diff = _redactor.Redact(git.Between(old, @new), _redactor.NewReport());
                    var changes = UnifiedDiff.Parse(diff).Apply(Redacted(old));
                    var content = changes.Count == 0 ? Redacted(old)["f"].Content : changes[0].After!.Content;
                    Assert.Equal(Redacted(@new)["f"].Content, content);
                },
                iter: 100,
                threads: 1
            );
    }

    [Fact]
    public void A_binary_patch_that_does_not_apply_is_refused()
    {
        var redaction = new TraceRedaction(_redactor, new MemoryTree(), _redactor.NewReport());
        var edit = TraceReplayTests.EditEvent(1, "x", "", null, null, null);
        Assert.Throws<RedactionException>(() =>
            redaction.Redact(edit, "diff --git a/x b/x\nGIT binary patch\ndelta 3\n"u8.ToArray())
        );
    }

    private static string[] MakeSecrets()
    {
        var planted = new Planted(5);
        return
        [
            planted.GitHubToken(),
            planted.Password(),
            "AKIA" + planted.Of("ABCDEFGHIJKLMNOP234567", 16),
            planted.Password(),
        ];
    }

    private MemoryTree Redacted(MemoryTree tree)
    {
        var redacted = new MemoryTree();
        foreach (var (path, file) in tree)
            redacted.With(
                _redactor.RedactPath(path, _redactor.NewReport()),
                _redactor.Redact(file.Content, _redactor.NewReport()),
                file.Mode
            );
        return redacted;
    }

    internal static Trace Record(GitDiff git, byte[][] start, (int Name, byte[] Content)[] steps)
    {
        lock (git)
        {
            var first = new MemoryTree();
            foreach (var (name, content) in Names.Zip(start))
                first.With(name, content);
            var edits = new List<(TraceEvent, byte[])>();
            var now = first;
            foreach (var (name, content) in steps)
            {
                var path = Names[name];
                var before = now[path];
                if (before.Content.AsSpan().SequenceEqual(content))
                    continue;
                var next = new MemoryTree();
                foreach (var (key, file) in now)
                    next[key] = file;
                next.With(path, content);
                var patch = git.Between(now, next, "--binary");
                var pre = BlobId.Of(before.Content).Hash;
                var text = Encoding.Latin1.GetString(patch);
                var post = BlobId.Of(content).ToString();
                edits.Add(
                    (TraceReplayTests.EditEvent(edits.Count + 1, path, text, pre, post, root: null), patch)
                );
                now = next;
            }
            return new Trace(first, now, edits, git.Between(first, now, "--binary"));
        }
    }

    internal sealed record Trace(
        MemoryTree Start,
        MemoryTree End,
        List<(TraceEvent, byte[])> Edits,
        byte[] Diff
    );
}
