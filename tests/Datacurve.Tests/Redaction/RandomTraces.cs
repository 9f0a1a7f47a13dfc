using System.Text;
using CsCheck;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Redaction;

/// <summary>Traces of edits to a few files, with secrets planted, moved, cut and removed.</summary>
internal static class RandomTraces
{
    internal static readonly string[] Secrets = MakeSecrets();
    internal static readonly string[] Names = ["a.py", "dir/b.env", $"dir/{Secrets[0]}.txt"];

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
