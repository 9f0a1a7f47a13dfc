using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Core.Replay;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Redaction;

/// <summary>
/// Each part of a trace redacted by itself, as a service does that is sent one after the other.
/// </summary>
public sealed class CleanserTests
{
    private readonly Cleanser _cleanser = new(RuleSet.Default, new byte[32]);

    [Fact]
    public void Parts_redacted_one_by_one_replay_to_the_redacted_files_for_a_thousand_random_traces()
    {
        using var git = new GitDiff();
        var names = RandomTraces.Names.Length;
        Gen.Select(
                RandomTraces.Content.Array[names],
                Gen.Select(Gen.Int[0, names - 1], RandomTraces.Content).Array[1, 3]
            )
            .Sample(
                (start, steps) =>
                {
                    var trace = RandomTraces.Record(git, start, steps);
                    // What a delta brings is all that is known of it: what it is applied to is not.
                    if (trace.Edits.Select(edit => edit.Item2).Append(trace.Diff).Any(HoldsDelta))
                        return;
                    var first = Redacted(trace.Start);
                    var replay = new TraceReplay(first) { HashesMayBeOfRaw = true };
                    foreach (var (traceEvent, patch) in trace.Edits)
                    {
                        var edit = (FileEdit)traceEvent.Payload;
                        var path = _cleanser.Path(edit.FilePath, _cleanser.NewReport());
                        replay.Apply(
                            traceEvent with
                            {
                                Payload = edit with { FilePath = path },
                            },
                            _cleanser.Diff(patch, _cleanser.NewReport())
                        );
                    }
                    foreach (var (path, file) in Redacted(trace.End))
                        Assert.True(FileState.SameAs(file, replay.Tree.Find(path)), path);
                    var diff = _cleanser.Diff(trace.Diff, _cleanser.NewReport());
                    var result = replay.CompareWith(UnifiedDiff.Parse(diff).Apply(first));
                    Assert.True(result.Exact, result.Reason);
                    Assert.Equal(trace.Edits.Count, result.HashesChecked + result.HashesUnchecked);
                    Assert.Equal(diff, _cleanser.Diff(diff, _cleanser.NewReport()));
                    foreach (var secret in (string[])[RandomTraces.Secrets[0], RandomTraces.Secrets[2]])
                        Assert.Equal(-1, diff.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)));
                },
                iter: 1000,
                threads: 2
            );
    }

    [Fact]
    public void A_diff_is_redacted_as_text_to_what_applies_to_the_redacted_file()
    {
        using var git = new GitDiff();
        Gen.Select(RandomTraces.Content, RandomTraces.Content)
            .Where((before, after) => !before.Contains((byte)0) && !after.Contains((byte)0))
            .Sample(
                (before, after) =>
                {
                    var (old, @new) = (new MemoryTree().With("f", before), new MemoryTree().With("f", after));
                    var diff = _cleanser.Content(git.Between(old, @new), _cleanser.NewReport());
                    var changes = UnifiedDiff.Parse(diff).Apply(Redacted(old));
                    var content = changes.Count == 0 ? Redacted(old)["f"].Content : changes[0].After!.Content;
                    Assert.Equal(Redacted(@new)["f"].Content, content);
                },
                iter: 100,
                threads: 1
            );
    }

    /// <summary>What a recorder has redacted stays as it is in the service.</summary>
    [Theory]
    [InlineData("def load(path=\"/home/ada/prices.csv\", host=\"83.12.44.201\") -> list:")]
    [InlineData("def rows(first, second, third, fourth, fifth, sixth, seventh, eighth, of, a, b:")]
    [InlineData("/home/ada/prices.csv:/home/ada/prices.csv:/home/ada/prices.csv:/home/ada/p.csv")]
    public void The_heading_of_a_hunk_is_as_before_when_it_is_redacted_again(string heading)
    {
        var diff = Encoding.UTF8.GetBytes($"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@ {heading}\n-one\n+three\n");

        var once = _cleanser.Diff(diff, _cleanser.NewReport());

        Assert.NotEqual(diff, once);
        Assert.Equal(once, _cleanser.Diff(once, _cleanser.NewReport()));
    }

    [Fact]
    public void A_wrong_hash_of_a_file_without_placeholders_is_still_a_break()
    {
        var before = new MemoryTree().With("a.py", "one\n");
        var wrong = Core.BlobId.Of("two\n"u8).Hash;
        const string Patch = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-one\n+three\n";
        var replay = new TraceReplay(before) { HashesMayBeOfRaw = true };

        replay.Apply(
            TraceReplayTests.EditEvent(1, "a.py", Patch, wrong, null, root: null),
            Encoding.UTF8.GetBytes(Patch)
        );

        Assert.Equal(1, replay.Result().BrokenAtSeq);
    }

    [Fact]
    public void Bytes_behind_the_name_of_a_passphrase_are_none()
    {
        byte[] noise =
        [
            .. "\0tpsk="u8,
            .. Convert.FromHexString("75B76C2D0E748288BEF9368E70FC95BA665A530B0C5815580AB920F9"),
        ];

        Assert.Equal(noise, _cleanser.Content(noise, _cleanser.NewReport()));
    }

    [Theory]
    [InlineData("pw: ")]
    [InlineData("new one: ")]
    [InlineData("shared secret is ")]
    public void Bytes_behind_words_of_a_sentence_are_none(string words)
    {
        var noise = Encoding.Latin1.GetBytes(
            $"\0{words}{new Planted(3).Password()}{new Planted(4).Password()} "
        );

        Assert.Equal(noise, _cleanser.Content(noise, _cleanser.NewReport()));
        var text = noise.AsSpan(1).ToArray();
        Assert.NotEqual(text, _cleanser.Content(text, _cleanser.NewReport()));
    }

    [Fact]
    public void Bytes_that_are_no_text_stay_but_for_a_token_among_them()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var bytes = new byte[16 << 20];
        new Random(seed).NextBytes(bytes);
        Assert.Equal(bytes, _cleanser.Content(bytes, _cleanser.NewReport()));
        var token = new Planted(seed).GitHubToken();
        Encoding.UTF8.GetBytes($"\0{token}\0", bytes.AsSpan(9_000_000));

        var redacted = _cleanser.Content(bytes, _cleanser.NewReport());

        Assert.Equal(-1, redacted.AsSpan().IndexOf(Encoding.UTF8.GetBytes(token)));
    }

    [Fact]
    public void The_line_behind_the_numbers_of_a_hunk_is_redacted_as_a_line()
    {
        var planted = new Planted(7);
        var line = planted.Of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 64);
        var cut = "deploy_with_a_long_name(to, the, production, cluster, token=" + planted.GitHubToken();
        var diff = $"--- a/k\n+++ b/k\n@@ -9 +9 @@ {line}\n-a\n+b\n@@ -90 +90 @@ {cut[..80]}\n-a\n+b\n";

        var redacted = Encoding.UTF8.GetString(
            _cleanser.Diff(Encoding.UTF8.GetBytes(diff), _cleanser.NewReport())
        );

        Assert.DoesNotContain(line, redacted, StringComparison.Ordinal);
        Assert.DoesNotContain("ghp_", redacted, StringComparison.Ordinal);
        Assert.Contains("@@ -90 +90 @@ deploy_with_a_long_name(to,", redacted, StringComparison.Ordinal);
        Assert.Equal(2, UnifiedDiff.Parse(Encoding.UTF8.GetBytes(redacted)).Files[0].Hunks.Count);
    }

    [Fact]
    public void A_document_keeps_its_form_and_is_not_changed_again()
    {
        var planted = new Planted(8);
        var text = Gen.OneOf(
            planted.GitHubToken(),
            "plain text",
            "\ud83d\ude00 ünï\n\"quoted\" \\ back",
            "password=" + planted.Password(),
            $"/home/{planted.Of("bcdfgh", 8)}/x",
            "4111 1111 1111 1111",
            planted.Hex(40),
            ""
        );
        var name = Gen.OneOf("command", "file_path", "db_password", "note", "event_id", "ünï", "x y");
        var member = Gen.Select(name, text);
        Gen.Select(member.Array[0, 6], Gen.Select(name, member.Array[0, 4]).Array[0, 3], Gen.Bool)
            .Sample(
                (members, groups, isIndented) =>
                {
                    var document = new JsonObject();
                    foreach (var (key, value) in members)
                        document[key] = value;
                    foreach (var (key, inner) in groups)
                        document[key + "_of"] = new JsonArray
                        {
                            1,
                            new JsonObject(inner.DistinctBy(one => one.Item1).Select(Pair)),
                            inner.Length > 0 ? inner[0].Item2 : null,
                        };
                    var json = Encoding.UTF8.GetBytes(
                        document.ToJsonString(new() { WriteIndented = isIndented })
                    );

                    var redacted = _cleanser.Document(json, _cleanser.NewReport());

                    var read = JsonNode.Parse(redacted.Span)!;
                    Assert.Equal(Names(document), Names(read));
                    Assert.DoesNotContain("ghp_", read.ToJsonString(), StringComparison.Ordinal);
                    var again = _cleanser.NewReport();
                    Assert.True(_cleanser.Document(redacted, again).Span.SequenceEqual(redacted.Span));
                    Assert.Equal(0, again.Total);
                },
                iter: 2000
            );
    }

    private static KeyValuePair<string, JsonNode?> Pair((string Name, string Text) member) =>
        KeyValuePair.Create(member.Name, (JsonNode?)member.Text);

    private static IEnumerable<string> Names(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => Names(member.Value).Prepend(member.Key)),
            JsonArray items => items.SelectMany(Names),
            _ => [],
        };

    private static bool HoldsDelta(byte[] diff) => diff.AsSpan().IndexOf("\ndelta "u8) >= 0;

    private MemoryTree Redacted(MemoryTree tree)
    {
        var redacted = new MemoryTree();
        foreach (var (path, file) in tree)
            redacted.With(
                _cleanser.Path(path, _cleanser.NewReport()),
                _cleanser.Content(file.Content, _cleanser.NewReport()),
                file.Mode
            );
        return redacted;
    }
}
