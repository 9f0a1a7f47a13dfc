using System.Globalization;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Spool;

/// <summary>A spool cut or damaged anywhere: what is whole stays, and what is not is reported.</summary>
public sealed class CutSpoolTests(ITestOutputHelper output)
{
    private const int Cuts = 1000;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_segment_cut_at_any_of_a_thousand_places_keeps_every_whole_event_before_the_cut()
    {
        var random = Seeded();
        var segment = await SegmentAsync();
        var whole = SegmentScan.Of("", segment);

        for (var i = 0; i < Cuts; i++)
        {
            var cut = random.Next(segment.Length + 1);
            var scan = SegmentScan.Of("", segment.AsMemory(0, cut));

            var kept = whole.Frames.Where(frame => frame.End <= cut).ToList();
            Assert.Equal(kept.Select(Text), scan.Frames.Select(Text));
            var tornAt = kept.Count == 0 ? 0 : kept[^1].End;
            var torn = cut > tornAt ? [new Damage(tornAt, cut - tornAt)] : Array.Empty<Damage>();
            Assert.Equal(torn, scan.Damages);
        }
    }

    [Fact]
    public async Task A_flipped_byte_anywhere_loses_the_event_it_lies_in_and_no_other()
    {
        var random = Seeded();
        var segment = await SegmentAsync();
        var whole = SegmentScan.Of("", segment);

        for (var i = 0; i < Cuts; i++)
        {
            var at = random.Next(segment.Length);
            var damaged = segment.ToArray();
            damaged[at] ^= (byte)random.Next(1, 256);
            var scan = SegmentScan.Of("", damaged);

            var hit = whole.Frames.Single(frame => frame.Offset <= at && at < frame.End);
            Assert.Equal(
                whole.Frames.Where(frame => frame.Offset != hit.Offset).Select(Text),
                scan.Frames.Select(Text)
            );
            Assert.Equal([new Damage(hit.Offset, hit.End - hit.Offset)], scan.Damages);
        }
    }

    [Fact]
    public async Task An_opened_recording_sets_its_torn_tail_aside_says_so_and_goes_on()
    {
        var random = Seeded();
        for (var i = 0; i < 50; i++)
        {
            using var spool = new SpoolUnderTest();
            await using (var recording = spool.Create())
                for (var n = 0; n < 10; n++)
                    await recording.AddAsync(SpoolUnderTest.Command($"echo {n}"), Ct);
            var (files, manifest) = spool.Store.List().Single();
            var path = SegmentFolder.Paths(files.Segments).Single();
            var bytes = await File.ReadAllBytesAsync(path, Ct);
            var cut = random.Next(bytes.Length);
            await File.WriteAllBytesAsync(path, bytes[..cut], Ct);
            var whole = SegmentScan.Read(path);

            await using (var continued = spool.Store.Continue(manifest.RecordingId))
            {
                Assert.Equal(whole.Damages.Count, continued.Damages.Count);
                await continued.AddAsync(SpoolUnderTest.Command("after"), Ct);
            }

            var events = SpoolUnderTest.Read(files);
            var gaps = events.Count(e => e.Payload is RecordingGap { Reason: GapReason.Damaged });
            Assert.Equal(whole.Damages.Count, gaps);
            Assert.Equal(whole.Frames.Count + gaps + 1, events.Count);
            Assert.Equal(events.Select(e => e.Seq).Distinct().Order(), events.Select(e => e.Seq));
            if (gaps > 0)
                Assert.Equal(
                    bytes[whole.Damages[0].Offset..cut],
                    await File.ReadAllBytesAsync(Directory.GetFiles(files.SetAside).Single(), Ct)
                );
        }
    }

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed.ToString(CultureInfo.InvariantCulture)}");
        return new Random(seed);
    }

    private static async Task<byte[]> SegmentAsync()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        for (var i = 0; i < 200; i++)
            await recording.AddAsync(
                SpoolUnderTest.Command($"printf '{new string('\u0001', i)}dc\u0002'"),
                Ct
            );
        await recording.FlushAsync(Ct);
        return await File.ReadAllBytesAsync(SegmentFolder.Paths(recording.Files.Segments).Single(), Ct);
    }

    private static string Text(Frame frame) => Convert.ToHexString(frame.Content.Span);
}
