using System.Text;
using Datacurve.Cli.Client;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Tests.Cli.Capture.Terminal;

namespace Datacurve.Tests.Cli.Spool;

/// <summary>What packs promise a whole recording.</summary>
public sealed class PackedRecordingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recording_of_an_earlier_version_has_files_alone_goes_on_and_is_sent()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var spool = new SpoolUnderTest();
        await using (var before = spool.Create())
            for (var n = 0; n < 5; n++)
                await SpoolUnderTest.ThinkAsync(before, $"thought {n}");
        var (files, manifest) = spool.Store.List().Single();
        MoveIntoFiles(files);

        await using var recording = spool.Store.Continue(manifest.RecordingId);
        await SpoolUnderTest.ThinkAsync(recording, "thought 3");
        await SpoolUnderTest.ThinkAsync(recording, "thought 5");
        await recording.FlushAsync(Ct);
        using (var client = new ServiceClient(service.Url))
        {
            var backoff = new Backoff(new ShipperOptions(), TimeProvider.System, _ => { });
            await recording.ShipperTo(client, backoff, new ShipperOptions()).ShipAsync(Ct);
        }

        Assert.Equal(7, service.Events.Count);
        Assert.Equal(
            Enumerable.Range(0, 6).Select(n => $"thought {n}"),
            service.Blobs.Values.Select(Encoding.UTF8.GetString).Order()
        );
        Assert.Equal(6, recording.Files.Blobs.All().Count());
    }

    [Fact]
    public async Task A_drop_leaves_neither_the_bytes_of_a_blob_on_disk_nor_its_name()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        string[] secrets = ["small and private", Large("large and private"), "earlier and private"];
        await SpoolUnderTest.ThinkAsync(recording, "kept before");
        foreach (var secret in secrets)
            await SpoolUnderTest.ThinkAsync(recording, secret);
        await SpoolUnderTest.ThinkAsync(recording, "kept after");
        var ids = secrets.Select(secret => BlobId.Of(Encoding.UTF8.GetBytes(secret))).ToList();

        var dropped = await recording.DropAsync(new EventChoice { SeqFirst = 2, SeqLast = 4 }, Ct);

        Assert.Equal(3, dropped.Blobs);
        foreach (var path in Directory.EnumerateFiles(recording.Folder, "*", SearchOption.AllDirectories))
        {
            var disk = Path.GetFileName(path) is "lock" or "socket"
                ? []
                : await File.ReadAllBytesAsync(path, Ct);
            Assert.Equal(-1, disk.AsSpan().IndexOf("private"u8));
            Assert.All(ids, id => Assert.Equal(-1, disk.AsSpan().IndexOf(Convert.FromHexString(id.Hash))));
            Assert.DoesNotContain(ids, id => path.Contains(id.Hash, StringComparison.Ordinal));
        }
        var kept = SpoolUnderTest.Read(recording.Files).Select(e => e.Payload).OfType<Thought>();
        Assert.Equal(
            ["kept before", "kept after"],
            kept.Select(thought =>
                Encoding.UTF8.GetString(recording.Files.Blobs.Read(thought.ContentBlobId)!)
            )
        );
    }

    [Fact]
    public async Task What_a_recording_may_hold_counts_the_packs()
    {
        using var spool = new SpoolUnderTest(new SpoolOptions { BytesMax = 300_000 });
        await using var recording = spool.Create();
        for (var n = 0; n < 100; n++)
            await SpoolUnderTest.ThinkAsync(recording, $"{n}{new string('x', 10_000)}");
        await recording.FlushAsync(Ct);

        var packs = new DirectoryInfo(Path.Combine(recording.Folder, "blobs")).EnumerateFiles("*.pack");
        Assert.InRange(packs.Sum(pack => pack.Length), 200_000, 300_000);
        Assert.True(recording.LostEvents > 50);
    }

    [Fact]
    public async Task A_disk_that_is_full_for_a_while_leaves_a_recording_that_goes_on()
    {
        using var kept = new TempFolder();
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        Directory.CreateDirectory(recorded.Data);
        const string Script =
            "mount -t tmpfs -o size=4m tmpfs $1; d=$1; k=$2; shift 2; \"$@\"; cp -R $d/. $k";
        recorded.Starter =
        [
            .. (string[])["unshare", "--user", "--map-root-user", "--mount", "sh", "-euc"],
            .. (string[])[Script, "sh", recorded.Data, kept.Path],
        ];
        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.RunAsync("echo before; sleep 1.5");
        await recorded.RunAsync("dd if=/dev/zero of=$XDG_DATA_HOME/fill bs=4k; seq 1 20000; sleep 2.5");
        await recorded.RunAsync("rm $XDG_DATA_HOME/fill; sleep 1.5");
        await recorded.RunAsync("echo space; echo is back");
        Assert.Equal(0, await recorded.ExitAsync());

        var store = new RecordingStore(
            kept.Combine("datacurve", "recordings"),
            new SpoolOptions(),
            TimeProvider.System
        );
        await using var recording = store.Open(store.List().Single().Manifest.RecordingId);
        Assert.Empty(recording.Damages);
        var events = SpoolUnderTest.Read(recording.Files);
        Assert.Contains(events, e => e.Payload is RecordingGap { Reason: GapReason.Full, Events: > 0 });
        var named = events.SelectMany(EventCatalog.Contract.BlobReferences).ToList();
        Assert.All(
            named,
            blob => Assert.Equal(blob.BlobId, BlobId.Of(recording.Files.Blobs.Read(blob.BlobId) ?? []))
        );
        var text = string.Concat(
            named.Select(blob => Encoding.UTF8.GetString(recording.Files.Blobs.Read(blob.BlobId)!))
        );
        Assert.Contains("before\r\n", text, StringComparison.Ordinal);
        Assert.Contains("space\r\nis back\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n20000\r\n", text, StringComparison.Ordinal);
    }

    private static string Large(string secret) =>
        string.Concat(Enumerable.Repeat(secret + "\n", BlobFolder.FileBytesMin / secret.Length));

    /// <summary>Leaves the blobs as they lay before there were packs.</summary>
    private static void MoveIntoFiles(RecordingFolder files)
    {
        var folder = Path.Combine(files.Path, "blobs");
        foreach (var blobId in files.Blobs.All())
        {
            var parent = Directory.CreateDirectory(Path.Combine(folder, blobId.Hash[..2]));
            File.WriteAllBytes(Path.Combine(parent.FullName, blobId.Hash), files.Blobs.Read(blobId)!);
        }
        foreach (var pack in Directory.EnumerateFiles(folder, "*.pack"))
            File.Delete(pack);
    }
}
