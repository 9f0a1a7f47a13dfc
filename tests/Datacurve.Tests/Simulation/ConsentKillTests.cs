using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Server.Blobs;
using Datacurve.Tests.Api;
using Datacurve.Tests.Consent;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// A server is killed at random moments while it takes, proves and judges traces whose developer does not let
/// code be stored: no text of it is ever kept, no blob of it outlives its trace's QA, and the rest is all
/// there.
/// </summary>
public sealed class ConsentKillTests(ITestOutputHelper output)
{
    private const int KillsDefault = 4;
    private const int Writers = 2;

    // A look every minute, and one of them once a removal has lapsed that a kill cut short.
    private static readonly TimeSpan RemovalsMax = BlobRows.RemovalMax + TimeSpan.FromMinutes(2);

    private static readonly string[] Quick = ["QA_SWEEP_SECONDS=1", "QA_LEASE_SECONDS=1", "SANDBOX=local"];

    private readonly ConcurrentBag<ConsentTrace> _begun = [];
    private readonly ConcurrentDictionary<string, ConsentTrace> _finalized = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite", "files")]
    [InlineData("postgresql", "files")]
    [InlineData("postgresql", "s3")]
    public async Task No_kill_keeps_code_that_is_refused_or_loses_what_is_not(string engine, string medium)
    {
        await using var store = await StoreOfKilled.MakeAsync(engine, medium);
        string[] variables = [.. store.Variables, .. Quick];
        var seed = RunSettings.Seed;
        var kills = RunSettings.Kills(KillsDefault);
        output.WriteLine($"seed {seed}, {kills} kills");
        var random = new Random(seed);
        for (var kill = 0; kill < kills; kill++)
        {
            using var server = await ServerProcess.StartAsync([], variables);
            var (client, before) = (new TraceClient(server.Client), _finalized.Count);
            var writing = Enumerable.Range(0, Writers).Select(_ => WriteAsync(client)).ToList();
            while (_finalized.Count == before && !writing.Exists(one => one.IsFaulted))
                await Task.Delay(10, Ct);
            await Task.Delay(random.Next(1_000), Ct);
            await server.KillAsync();
            await Task.WhenAll(writing);
            Assert.Empty(await store.Whole.FindAsync(_begun.SelectMany(RefusedTexts)));
        }

        using (var server = await ServerProcess.StartAsync([], variables))
            foreach (var traceId in _finalized.Keys)
                Assert.Equal("complete", $"{(await server.Client.WaitForQaAsync(traceId))["status"]}");
        // What is withheld of finished traces goes at the start.
        using var last = await ServerProcess.StartAsync([], variables);
        await AssertKeptAsAllowedAsync(store);
        foreach (var words in _finalized.Values)
        foreach (var place in ConsentTrace.CodeBlobs)
            (await last.Client.GetAnswerAsync($"/blobs/{words.Blobs[place]}")).AssertProblem(
                HttpStatusCode.NotFound
            );
        output.WriteLine($"{_finalized.Count} of {_begun.Count} traces were finalized");
    }

    /// <summary>Until the server goes: whole traces, one after the other.</summary>
    private async Task WriteAsync(TraceClient client)
    {
        try
        {
            while (true)
            {
                var words = new ConsentTrace();
                _begun.Add(words);
                var consent = new JsonObject { ["store_raw_code"] = false };
                _finalized[await words.RecordAsync(client, consent)] = words;
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            // Killed.
        }
    }

    private async Task AssertKeptAsAllowedAsync(StoreOfKilled store)
    {
        var refused = _finalized.Values.SelectMany(words => words.Of(ConsentTrace.CodeBlobs)).ToList();
        Dictionary<string, List<string>> found;
        var started = TimeProvider.System.GetTimestamp();
        while ((found = await store.Whole.FindAsync(refused)).Count > 0)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < RemovalsMax,
                string.Join('\n', found.SelectMany(one => one.Value))
            );
            await Task.Delay(100, Ct);
        }

        Assert.Empty(await store.Whole.FindAsync(_begun.SelectMany(RefusedTexts)));
        var kept = _finalized.Values.SelectMany(words =>
            words.Of(ConsentTrace.Plain, ConsentTrace.OutputBlobs, ["message"])
        );
        Assert.Equal(kept.Order(), (await store.Whole.FindAsync(kept)).Keys.Order());
    }

    private static IEnumerable<string> RefusedTexts(ConsentTrace words) =>
        words.Of(ConsentTrace.CodeTexts, ConsentTrace.EitherTexts);
}
