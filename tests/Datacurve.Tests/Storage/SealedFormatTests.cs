using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;
using Datacurve.Tests.Simulation;

namespace Datacurve.Tests.Storage;

/// <summary>The bytes of a sealed trace: what goes in comes out, from anywhere, and by other means.</summary>
public sealed class SealedFormatTests(ITestOutputHelper output)
{
    private static readonly TraceId Trace = TraceId.New(DateTimeOffset.UnixEpoch);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static StoredEvent Event(long seq, string text) =>
        new(
            seq,
            Encoding.UTF8.GetBytes(
                $$"""{ "payload": {"seq": 7, "text": {{JsonSerializer.Serialize(text)}}},{{"\n"}} "seq": {{seq}} }"""
            )
        );

    private static async Task<(byte[] Blob, SealedIndex Index)> SealAsync(IEnumerable<StoredEvent> events)
    {
        using var blob = new MemoryStream();
        using var writer = new SealedWriter(blob, Trace);
        foreach (var stored in events)
            await writer.AddAsync(stored, Ct);
        var index = await writer.FinishAsync(Ct);
        return (blob.ToArray(), index);
    }

    private static async Task<List<StoredEvent>> ReadAsync(byte[] blob, long after, long through)
    {
        await using var reader = await SealedReader.OpenAsync(new MemoryStream(blob), Ct);
        return await reader.ReadAsync(after, through, Ct).ToListAsync(Ct);
    }

    private static void AssertSame(IEnumerable<StoredEvent> expected, IEnumerable<StoredEvent> read) =>
        Assert.Equal(
            expected.Select(stored => (stored.Seq, Encoding.UTF8.GetString(stored.Body))),
            read.Select(stored => (stored.Seq, Encoding.UTF8.GetString(stored.Body)))
        );

    [Fact]
    public async Task Any_events_come_back_byte_for_byte_from_any_seq_to_any_other()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var seq = 0L;
            var events = Enumerable
                .Range(0, random.Next(1, 400))
                .Select(_ => Event(seq += random.Next(1, 5), RandomText(random)))
                .ToList();
            var (blob, index) = await SealAsync(events);

            AssertSame(events, await ReadAsync(blob, 0, long.MaxValue));
            for (var look = 0; look < 10; look++)
            {
                var after = random.NextInt64(0, seq + 2);
                var through = random.NextInt64(0, seq + 2);
                AssertSame(
                    events.Where(stored => stored.Seq > after && stored.Seq <= through),
                    await ReadAsync(blob, after, through)
                );
            }

            Assert.Equal(events.Count, index.Events);
        }
    }

    [Fact]
    public async Task A_long_trace_has_chunks_of_bounded_size_and_a_page_reads_those_it_needs()
    {
        var events = Enumerable.Range(1, 3_000).Select(i => Event(i, new string('x', 1_000) + i)).ToList();
        var (blob, index) = await SealAsync(events);

        Assert.InRange(index.Chunks.Count, 5, 20);
        Assert.All(index.Chunks, chunk => Assert.InRange(chunk.Bytes, 1, 600_000));
        // What no wanted event lies in may be anything.
        var last = index.Chunks[^1];
        RandomNumberGenerator.Fill(blob.AsSpan(0, (int)last.Offset));
        AssertSame(
            events.Where(stored => stored.Seq >= last.FirstSeq),
            await ReadAsync(blob, last.FirstSeq - 1, long.MaxValue)
        );
    }

    [Fact]
    public async Task The_head_of_the_chain_covers_every_byte_and_the_order()
    {
        var events = Enumerable.Range(1, 5).Select(i => Event(i, $"{i}")).ToList();
        var (_, index) = await SealAsync(events);

        // As docs/storage.md says it, with nothing of the service.
        var hash = SHA256.HashData(
            Convert.FromHexString(Trace.ToString().Replace("-", "", StringComparison.Ordinal))
        );
        foreach (var stored in events)
            hash = SHA256.HashData([.. hash, .. stored.Body]);
        Assert.Equal(Convert.ToHexStringLower(hash), index.ChainHead);
        Assert.NotEqual(index.ChainHead, (await SealAsync(events.SkipLast(1))).Index.ChainHead);
        Assert.NotEqual(
            index.ChainHead,
            (await SealAsync([events[1], events[0], .. events.Skip(2)])).Index.ChainHead
        );
    }

    [Fact]
    public async Task Zstd_alone_reads_it_as_a_json_text_sequence()
    {
        using var folder = new ScratchFolder();
        var events = Enumerable
            .Range(1, 2_000)
            .Select(i => Event(i, new string('y', 600) + "é\u0001"))
            .ToList();
        var (blob, index) = await SealAsync(events);
        Assert.True(index.Chunks.Count > 1);
        await File.WriteAllBytesAsync(folder.Of("sealed"), blob, Ct);

        using var zstd = Process.Start(
            new ProcessStartInfo("zstd", ["-dcq", folder.Of("sealed")])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        using var text = new MemoryStream();
        await zstd.StandardOutput.BaseStream.CopyToAsync(text, Ct);
        await zstd.WaitForExitAsync(Ct);

        Assert.Equal(0, zstd.ExitCode);
        Assert.Equal(events.SelectMany(stored => (byte[])[0x1E, .. stored.Body, (byte)'\n']), text.ToArray());
    }

    [Fact]
    public async Task A_damaged_blob_is_refused_and_nothing_else_happens()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var events = Enumerable.Range(1, 300).Select(i => Event(i, RandomText(random))).ToList();
        var (whole, _) = await SealAsync(events);
        for (var round = 0; round < 300; round++)
        {
            var blob = whole[..(random.Next(3) == 0 ? random.Next(whole.Length) : whole.Length)];
            for (var flips = random.Next(1, 4); flips > 0 && blob.Length > 0; flips--)
                blob[random.Next(blob.Length)] ^= (byte)random.Next(1, 256);

            try
            {
                await ReadAsync(blob, 0, long.MaxValue);
            }
            catch (SealedTraceException)
            {
                // The one way to say so. A flip in what the index only remembers may also go unseen here: the
                // blob's own hash is what finds it.
            }
        }
    }

    private static string RandomText(Random random)
    {
        var bytes = new byte[random.Next(0, random.Next(20) == 0 ? 700_000 : 3_000)];
        random.NextBytes(bytes);
        return random.Next(2) == 0
            ? Convert.ToBase64String(bytes)
            : new string('a', bytes.Length) + "\r\n\u0000";
    }
}
