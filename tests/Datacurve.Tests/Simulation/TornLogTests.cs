using System.Text.Json.Nodes;
using Datacurve.Core.Events;
using Datacurve.Server;
using Datacurve.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// A write-ahead log that is cut or garbled, as a disk that lied about a flush leaves it.
/// </summary>
/// <remarks>
/// SQLite checks each frame of the log by a checksum that goes on from the frame before, and takes the log
/// to its last whole transaction. So an undamaged log gives everything that was acknowledged; a damaged one
/// gives every transaction before the damage and nothing after it, and never a part of one.
/// </remarks>
public sealed class TornLogTests(ITestOutputHelper output)
{
    private const int Rounds = 24;
    private const int BatchLength = 7;

    [Fact]
    public async Task A_torn_log_opens_to_a_prefix_of_whole_batches_and_an_undamaged_one_to_all()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new ScratchFolder();
        var live = folder.Of("live");
        string traceId;
        using (var server = await ServerProcess.StartAsync(live))
        {
            traceId = await server.Client.OpenTraceAsync();
            for (var first = 1; first <= 40 * BatchLength; first += BatchLength)
                await server.Client.AppendAsync(traceId, Wire.Batch(first, BatchLength));
            await server.KillAsync();
        }

        var log = await File.ReadAllBytesAsync(
            Path.Combine(live, "datacurve.db-wal"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(40, await HeldBatchesAsync(live, folder.Of("whole"), log, traceId));
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = Damage(log, random, round);
            var held = await HeldBatchesAsync(live, folder.Of($"torn{round}"), damaged, traceId);
            Assert.InRange(held, 0, 40);
        }
    }

    private static byte[] Damage(byte[] log, Random random, int round)
    {
        var at = random.Next(log.Length);
        var damaged = log[..(round % 3 == 0 ? at : log.Length)];
        if (round % 3 == 1)
            random.NextBytes(damaged.AsSpan(at));
        else if (round % 3 == 2)
            damaged[at] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    /// <summary>Opens a copy of the store under another log, and counts the batches that are held.</summary>
    private static async Task<int> HeldBatchesAsync(string live, string copy, byte[] log, string traceId)
    {
        Directory.CreateDirectory(copy);
        var database = Path.Combine(copy, "datacurve.db");
        File.Copy(Path.Combine(live, "datacurve.db"), database);
        await File.WriteAllBytesAsync(database + "-wal", log, TestContext.Current.CancellationToken);
        await using var app = await Service.StartAsync(
            OptionsReader.Read(_ => null, copy) with
            {
                Port = 0,
            },
            () => EventCatalog.Contract,
            TimeProvider.System,
            CancellationToken.None
        );
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        var findings = new List<string>();
        await foreach (
            var finding in app.Services.GetRequiredService<Server.Upkeep.Fsck>().FindAsync(null, default)
        )
            findings.Add(finding.Text);
        Assert.Empty(findings);
        // A new trace: what was opened takes writes as well.
        await client.AppendAsync(await client.OpenTraceAsync(), Wire.Batch(1, 1));
        var trace = await client.GetAnswerAsync($"/traces/{traceId}");
        var events = trace.Status == System.Net.HttpStatusCode.OK ? trace.Json["events"]!.AsArray() : [];
        await app.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            Enumerable.Range(1, events.Count).Select(seq => (long)seq),
            events.Select(stored => stored!["seq"]!.GetValue<long>())
        );
        Assert.Equal(0, events.Count % BatchLength);
        return events.Count / BatchLength;
    }
}
