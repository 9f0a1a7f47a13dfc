using System.Text;
using CsCheck;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Replay;
using Xunit;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Replay;

public sealed class TraceReplayPropertyTests
{
    private static readonly string[] Names = ["a.py", "dir/b.py", "dir/c d.txt"];

    [Fact]
    public void Random_edits_replay_to_exactly_the_final_tree_and_one_bad_patch_is_found_at_its_seq()
    {
        using var git = new GitDiff();
        var edits = Gen.Select(Gen.Int[0, Names.Length - 1], RandomTrees.Content).Array[2, 6];
        Gen.Select(edits, Gen.Int[0, 1000], Gen.Int[0, 1 << 20])
            .Sample(
                (steps, victim, at) =>
                {
                    var (recorded, final) = Record(git, steps);
                    var fix = Fix(final);

                    var replay = Replay(recorded);
                    Assert.True(replay.CompareWith(fix).Exact, replay.CompareWith(fix).Reason);

                    var bad = victim % recorded.Count;
                    var damaged = recorded.ToList();
                    damaged[bad] = (recorded[bad].Event, Corrupt(recorded[bad].Patch, at));
                    var broken = Replay(damaged).CompareWith(fix);

                    // Some bytes of a diff say nothing, such as the text behind a hunk header. Whatever a
                    // flipped one does, the hashes never let another content pass.
                    if (broken.BrokenAtSeq is { } seq)
                        Assert.Equal(recorded[bad].Event.Seq, seq);
                    else
                        Assert.True(broken.Exact, broken.Reason);
                },
                iter: 40,
                threads: 1
            );
    }

    [Fact]
    public void A_patch_replaced_by_another_is_found_at_its_seq()
    {
        using var git = new GitDiff();
        Gen.Select(RandomTrees.Text, RandomTrees.Text, Gen.Int[0, 40])
            .Where((first, second, _) => !first.SequenceEqual(second))
            .Sample(
                (first, second, at) =>
                {
                    var third = RandomTrees.EditLine(second, at, "third");
                    if (third.SequenceEqual(second))
                        return;
                    var (recorded, _) = Record(git, [(0, first), (0, second), (0, third)]);
                    var swapped = recorded.ToList();
                    swapped[1] = (recorded[1].Event, recorded[2].Patch);
                    Assert.Equal(recorded[1].Event.Seq, Replay(swapped).Result().BrokenAtSeq);
                },
                iter: 25,
                threads: 1
            );
    }

    private static byte[] Corrupt(byte[] patch, int at)
    {
        var corrupt = patch.ToArray();
        if (corrupt.Length > 0)
            corrupt[at % corrupt.Length] ^= 0x15;
        return corrupt;
    }

    private static TraceReplay Replay(List<(TraceEvent Event, byte[] Patch)> recorded)
    {
        var replay = new TraceReplay(new MemoryTree());
        foreach (var (traceEvent, patch) in recorded)
            replay.Apply(traceEvent, patch);
        return replay;
    }

    private static List<FileChange> Fix(MemoryTree final) =>
        [.. final.Select(file => new FileChange(file.Key, null, file.Value))];

    private static (List<(TraceEvent Event, byte[] Patch)> Recorded, MemoryTree Final) Record(
        GitDiff git,
        (int Name, byte[] Content)[] steps
    )
    {
        var recorded = new List<(TraceEvent Event, byte[] Patch)>();
        var now = new MemoryTree();
        foreach (var (name, content) in steps)
        {
            var path = Names[name];
            var before = now.Find(path);
            if (FileState.SameAs(before, new FileState(content, FileMode.Regular)))
                continue;
            var next = new MemoryTree();
            foreach (var (key, file) in now)
                next[key] = file;
            next.With(path, content);
            var patch = git.Between(now, next, "--binary");
            var pre = before is null ? null : BlobId.Of(before.Content).Hash;
            recorded.Add(
                (Event((recorded.Count + 1) * 3, path, patch, pre, BlobId.Of(content).ToString()), patch)
            );
            now = next;
        }
        return (recorded, now);
    }

    private static TraceEvent Event(long seq, string path, byte[] patch, string? pre, string post) =>
        TraceReplayTests.EditEvent(seq, path, Encoding.Latin1.GetString(patch), pre, post, root: null);
}
