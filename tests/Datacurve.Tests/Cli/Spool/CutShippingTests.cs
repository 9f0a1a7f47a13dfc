using System.Globalization;
using System.Text.Json.Nodes;
using Datacurve.Cli.Client;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Spool;

/// <summary>
/// A recording whose spool was cut anywhere is opened, goes on, and is shipped.
/// <c>DATACURVE_TEST_CUTS</c> says how many cuts, <c>DATACURVE_TEST_SEED</c> runs those of a seed again.
/// </summary>
public sealed class CutShippingTests(ITestOutputHelper output)
{
    private const int Events = 30;

    // Several segments, so that a cut leaves others behind it.
    private static readonly SpoolOptions Options = new() { SegmentBytes = 2000 };
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_whole_of_a_cut_spool_is_shipped_with_its_blobs_and_a_gap_for_the_rest()
    {
        var cuts = Setting("DATACURVE_TEST_CUTS") ?? 40;
        var seed = Setting("DATACURVE_TEST_SEED") ?? Random.Shared.Next();
        output.WriteLine($"{cuts} cuts, seed {seed}");
        var random = new Random(seed);
        await using var service = await ServiceDouble.StartAsync();
        using var whole = new SpoolUnderTest(Options);
        var id = await RecordAsync(whole);
        for (var cut = 0; cut < cuts; cut++)
        {
            service.Events.Clear();
            service.Blobs.Clear();
            using var spool = new SpoolUnderTest(Options);
            Copy(whole.Store.Root, spool.Store.Root);
            var where = Cut(spool.Store.List().Single().Files, random);
            await ShipAsync(spool, id, service, $"cut {cut} of seed {seed}, {where}");
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static async Task<string> RecordAsync(SpoolUnderTest spool)
    {
        await using var recording = spool.Create();
        for (var i = 0; i < Events; i++)
        {
            if (i % 3 == 0)
                await SpoolUnderTest.ThinkAsync(recording, $"thought {i}");
            else
                await recording.AddAsync(SpoolUnderTest.Command($"echo {new string('x', 10 * i)}"), Ct);
            await recording.FlushAsync(Ct);
        }
        return recording.Id;
    }

    /// <summary>Cuts one segment, mostly the last there is, as a machine that stops does.</summary>
    private static string Cut(RecordingFolder files, Random random)
    {
        var paths = SegmentFolder.Paths(files.Segments);
        var segment = random.Next(paths.Count);
        var isLast = random.Next(4) > 0;
        foreach (var later in paths.Skip(segment + 1).Where(_ => isLast))
            File.Delete(later);
        using var file = File.OpenWrite(paths[segment]);
        var length = random.NextInt64(file.Length + 1);
        file.SetLength(length);
        var torn = TearPack(files, random);
        return $"segment {segment + 1} of {paths.Count} at {length}{(isLast ? "" : ", others kept")}, {torn}";
    }

    /// <summary>Leaves a part of one more blob, which no event names, at the end of the pack.</summary>
    private static string TearPack(RecordingFolder files, Random random)
    {
        var content = new byte[100];
        random.NextBytes(content);
        byte[] packed = [.. PackHead.Of(BlobId.Of(content), content.Length), .. content];
        var written = random.Next(packed.Length);
        using var pack = File.OpenWrite(Path.Combine(files.Path, "blobs", "00000001.pack"));
        pack.Seek(0, SeekOrigin.End);
        pack.Write(packed.AsSpan(0, written));
        return $"{written} bytes of a blob";
    }

    private static async Task ShipAsync(SpoolUnderTest spool, string id, ServiceDouble service, string cut)
    {
        var files = spool.Store.List().Single().Files;
        var expected = SpoolUnderTest.Read(files);
        await using var recording = spool.Store.Continue(id);
        await recording.AddAsync(SpoolUnderTest.Command("after"), Ct);
        await recording.FlushAsync(Ct);
        using var client = new ServiceClient(service.Url);
        var options = new ShipperOptions();
        var backoff = new Backoff(options, TimeProvider.System, _ => { });
        await recording.ShipperTo(client, backoff, options).ShipAsync(Ct);

        var shipped = service.Events.ConvertAll(sent => EventCatalog.Contract.Read(Bytes(sent)));
        var gaps = shipped.Count(sent => sent.Payload is RecordingGap { Reason: GapReason.Damaged });
        Assert.True(gaps == Math.Min(1, recording.Damages.Count), cut);
        Assert.True(shipped.Count == expected.Count + gaps + 1, cut);
        Assert.Equal(
            expected.Select(kept => (kept.EventId, kept.Seq)),
            shipped.Take(expected.Count).Select(sent => (sent.EventId, sent.Seq))
        );
        Assert.True(shipped.Zip(shipped.Skip(1)).All(pair => pair.First.Seq < pair.Second.Seq), cut);
        foreach (var named in shipped.SelectMany(EventCatalog.Contract.BlobReferences))
            Assert.True(service.Blobs.ContainsKey(named.BlobId.ToString()), cut);
    }

    private static byte[] Bytes(JsonObject sent) => System.Text.Encoding.UTF8.GetBytes(sent.ToJsonString());

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from).Where(file => Path.GetFileName(file) != "socket"))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
