using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Cli.Client;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Rendering;
using Datacurve.Core;

namespace Datacurve.Tests.Cli.Demo;

/// <summary>Plays the bundled session for real and looks at what reached the service.</summary>
public sealed class SampleFixTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_is_sent_in_order_with_the_blobs_it_names()
    {
        await using var played = await PlayedSession.PlayAsync(SessionVariant.Normal);

        var seqs = played.Service.Events.Select(sent => sent["seq"]!.GetValue<long>()).ToList();
        Assert.Equal(Enumerable.Range(1, seqs.Count).Select(seq => (long)seq), seqs);
        Assert.InRange(seqs.Count, 25, 50);
        foreach (var (_, blobId) in played.Service.Events.SelectMany(BlobsOf))
            Assert.Contains(blobId, played.Service.Blobs);
    }

    [Fact]
    public async Task Tests_pass_on_the_base_fail_with_the_new_tests_and_pass_with_the_fix()
    {
        await using var played = await PlayedSession.PlayAsync(SessionVariant.Normal);

        var runs = played.Payloads("test_run").Select(run => run["passed"]!.GetValue<bool>());

        Assert.Equal([true, false, true], runs);
    }

    [Fact]
    public async Task Commands_really_run_and_show_the_bug_and_its_end()
    {
        await using var played = await PlayedSession.PlayAsync(SessionVariant.Normal);

        var printed = played
            .Payloads("terminal_output")
            .Select(output => played.Text(output["chunk_blob_id"]!))
            .ToList();

        Assert.Contains(
            printed,
            text => text.StartsWith("free: 08:00-09:00 10:30-17:00\n", StringComparison.Ordinal)
        );
        Assert.Contains(
            printed,
            text => text.StartsWith("before difference: IntervalSet(9-11)", StringComparison.Ordinal)
        );
        Assert.Contains(printed, text => text.StartsWith("0 of 2000 sets wrong", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Normal")]
    [InlineData("NoThoughts")]
    [InlineData("NoTests")]
    [InlineData("UnrelatedEdits")]
    public async Task The_recorded_patches_lead_from_the_snapshot_to_the_final_diff(string variant)
    {
        await using var played = await PlayedSession.PlayAsync(Enum.Parse<SessionVariant>(variant));
        using var byEdits = played.UnpackBase();
        using var byDiff = played.UnpackBase();

        foreach (var edit in played.Payloads("file_edit"))
        {
            var path = byEdits.Combine(edit["file_path"]!.GetValue<string>());
            Assert.Equal(
                edit["pre_hash"]!.GetValue<string>(),
                BlobId.Of(await File.ReadAllBytesAsync(path, Ct)).ToString()
            );
            await ApplyAsync(byEdits, played.Service.Blobs[edit["patch_blob_id"]!.GetValue<string>()]);
            Assert.Equal(
                edit["post_hash"]!.GetValue<string>(),
                BlobId.Of(await File.ReadAllBytesAsync(path, Ct)).ToString()
            );
        }
        await ApplyAsync(
            byDiff,
            played.Service.Blobs[played.Fix.FinalState.Pr!.DiffBlobId!.Value.ToString()]
        );

        Assert.Equal(Contents(byDiff), Contents(byEdits));
    }

    [Fact]
    public async Task The_commit_is_the_one_that_git_made()
    {
        await using var played = await PlayedSession.PlayAsync(SessionVariant.Normal);

        var commit = Assert.Single(played.Payloads("commit"));

        Assert.Equal(played.Fix.FinalState.CommitHead, commit["commit_sha"]!.GetValue<string>());
        Assert.Equal(
            played.Service.Trace!["repo"]!["commit_base"]!.GetValue<string>(),
            commit["parent_shas"]![0]!.GetValue<string>()
        );
        Assert.Equal("Keep the later end when merging intervals", played.Fix.FinalState.Pr!.Title);
    }

    private static async Task ApplyAsync(TempFolder folder, byte[] patch)
    {
        using var scratch = new TempFolder();
        await File.WriteAllBytesAsync(scratch.Combine("patch"), patch, Ct);
        var start = new ProcessStartInfo("git", ["apply", "--whitespace=nowarn", scratch.Combine("patch")])
        {
            WorkingDirectory = folder.Path,
            Environment = { ["GIT_CEILING_DIRECTORIES"] = Path.GetTempPath() },
        };
        var applied = await ChildProcess.RunAsync(start, Ct);
        Assert.True(applied.ExitCode == 0, applied.StderrText);
    }

    private static SortedDictionary<string, string> Contents(TempFolder folder) =>
        new(
            Directory
                .GetFiles(folder.Path, "*", SearchOption.AllDirectories)
                .ToDictionary(path => path[folder.Path.Length..], File.ReadAllText),
            StringComparer.Ordinal
        );

    private static IEnumerable<(string Member, string BlobId)> BlobsOf(JsonObject sent) =>
        ((JsonObject)sent["payload"]!)
            .Where(member => member.Key.EndsWith("blob_id", StringComparison.Ordinal))
            .Select(member => (member.Key, member.Value!.GetValue<string>()));

    private sealed record PlayedSession(ServiceDouble Service, RecordedFix Fix) : IAsyncDisposable
    {
        public static async Task<PlayedSession> PlayAsync(SessionVariant variant)
        {
            using var folder = new TempFolder();
            var service = await ServiceDouble.StartAsync();
            using var client = new ServiceClient(service.Url);
            var repository = Directory.CreateDirectory(folder.Combine("repository")).FullName;
            var subject = new SampleFix(variant, new Printer(TextWriter.Null, colours: false));
            return new PlayedSession(service, await subject.RecordAsync(client, repository, Ct));
        }

        public IEnumerable<JsonObject> Payloads(string type) =>
            Service
                .Events.Where(sent => sent["type"]!.GetValue<string>() == type)
                .Select(sent => (JsonObject)sent["payload"]!);

        public string Text(JsonNode blobId) =>
            Encoding.UTF8.GetString(Service.Blobs[blobId.GetValue<string>()]);

        public TempFolder UnpackBase()
        {
            var folder = new TempFolder();
            var blobId = Service.Trace!["artifacts"]!["base_snapshot_blob_id"]!.GetValue<string>();
            using var tar = new MemoryStream(Service.Blobs[blobId]);
            TarFile.ExtractToDirectory(tar, folder.Path, overwriteFiles: false);
            return folder;
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
