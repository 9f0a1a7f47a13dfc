using System.Text.Json.Nodes;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// Recorders write to a service while something goes wrong again and again; afterwards everything that was
/// acknowledged has to be there exactly once, and every trace at its end. One seed decides what is written,
/// what happens to it, and when; how the machine schedules it, it cannot decide.
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const int Writers = 4;
    private static readonly TimeSpan QaIdleMax = TimeSpan.FromSeconds(120);

    private readonly ITestOutputHelper _output;
    private readonly MisbehavingProxy _proxy;
    private readonly List<(Writer Writer, PatientClient Client)> _writers;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _writing;
    private int _eventsSeen;

    private FaultRun(
        ITestOutputHelper output,
        int seed,
        double faultShare,
        Func<IReadOnlyList<Uri>> servers,
        bool mayBeFull
    )
    {
        _output = output;
        Random = new Random(seed);
        _proxy = new MisbehavingProxy(seed, faultShare, servers);
        _writers =
        [
            .. Enumerable
                .Range(0, Writers)
                .Select(i =>
                {
                    var client = new PatientClient(_proxy.Address, Ct, mayBeFull);
                    return (new Writer(seed + i, client), client);
                }),
        ];
        _writing = _writers.ConvertAll(one => Task.Run(() => one.Writer.RunAsync(_stop.Token), Ct));
    }

    /// <summary>What the caller's own decisions come from.</summary>
    public Random Random { get; }

    /// <summary>How many requests had no answer, by writer.</summary>
    public IReadOnlyList<int> Unanswered => _writers.ConvertAll(one => one.Client.Unanswered);

    /// <summary>How many requests were answered with 503, by writer.</summary>
    public IReadOnlyList<int> Away => _writers.ConvertAll(one => one.Client.Away);

    /// <summary>How many requests were answered with 507, by writer.</summary>
    public IReadOnlyList<int> Full => _writers.ConvertAll(one => one.Client.Full);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Begins to write.</summary>
    /// <param name="output">Gets the seed, and what came of it.</param>
    /// <param name="test">The test's class and method, to be named in the command that repeats it.</param>
    /// <param name="faultShare">Of the requests, those that the network does something to.</param>
    /// <param name="servers">Where the service is at any moment.</param>
    /// <param name="mayBeFull">Whether it may say that its store has no room.</param>
    public static FaultRun Start(
        ITestOutputHelper output,
        string test,
        double faultShare,
        Func<IReadOnlyList<Uri>> servers,
        bool mayBeFull = false
    )
    {
        var seed = RunSettings.Seed;
        output.WriteLine($"to repeat: DATACURVE_TEST_SEED={seed} ./test -method {test}");
        return new FaultRun(output, seed, faultShare, servers, mayBeFull);
    }

    /// <summary>Waits until recorders have got something done since this was asked last.</summary>
    public async Task ProgressAsync()
    {
        var wanted = _eventsSeen + Writers;
        while ((_eventsSeen = _writers.Sum(one => one.Writer.Events)) < wanted)
            await WaitAsync(5, 10);
    }

    /// <summary>Waits until so many requests have been sent in all.</summary>
    public async Task RequestsAsync(int count)
    {
        while (_proxy.Requests < count)
            await WaitAsync(5, 10);
    }

    /// <summary>Waits, and fails at once where a writer met with what it must not meet.</summary>
    public async Task WaitAsync(int millisecondsMin, int millisecondsMax)
    {
        await Task.Delay(Random.Next(millisecondsMin, millisecondsMax), Ct);
        if (_writing.Find(writing => writing.IsFaulted) is { } failed)
            await failed;
    }

    /// <summary>Lets the writers end what they are at, and then checks everything that they know.</summary>
    /// <param name="address">A server that lives and is reached without faults.</param>
    public async Task AssertNothingLostAsync(Uri address)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_writing);
        using var client = new PatientClient(address, Ct);
        await WaitForQaAsync(client);
        foreach (var (writer, _) in _writers)
        {
            Assert.NotEmpty(writer.Traces);
            foreach (var trace in writer.Traces)
                await AssertHeldAsync(client, trace);
            foreach (var (blobId, content) in writer.Blobs)
                Assert.Equal(content, (await client.GetAsync($"/blobs/{blobId}")).Body);
        }

        await AssertNoOtherTracesAsync(client);
        var traces = _writers.SelectMany(one => one.Writer.Traces).ToList();
        _output.WriteLine(
            $"{traces.Sum(trace => trace.Events.Count)} events in {traces.Count} traces and "
                + $"{_writers.Sum(one => one.Writer.Blobs.Count)} blobs, each there once; "
                + $"{traces.Count(trace => trace.Finalized)} traces at their end, "
                + $"{traces.Count(trace => trace.HasFix)} of them with tests run; "
                + $"{Unanswered.Sum()} requests without an answer, {Away.Sum()} answered with 503, "
                + $"{Full.Sum()} with 507"
        );
        _output.WriteLine($"network: {_proxy.Summary}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _proxy.DisposeAsync();
        foreach (var (_, client) in _writers)
            client.Dispose();
        _stop.Dispose();
    }

    private static async Task AssertHeldAsync(PatientClient client, WrittenTrace written)
    {
        var path = $"/traces/{written.TraceId}";
        var trace = (await client.GetAsync(path)).Json;
        Assert.Equal(
            written.Events.Select(sent => sent.ToJsonString()),
            trace["events"]!.AsArray().Select(stored => stored!.ToJsonString())
        );
        if (!written.Finalized)
        {
            Assert.Equal("collecting", trace["status"]!.GetValue<string>());
            return;
        }

        Assert.True(trace["status"]!.GetValue<string>() == "complete", Shown(trace));
        Assert.Single((await client.GetAsync($"{path}/qa")).Json["qa_runs"]!.AsArray());
        if (written.HasFix)
            Assert.True(trace["qa"]!["tests"]!["final_passed"]!.GetValue<bool>(), Shown(trace));
    }

    private static string Shown(JsonObject trace)
    {
        trace.Remove("events");
        return trace.ToJsonString();
    }

    /// <summary>
    /// Waits for every QA. What is left to do may be much, and takes its time; that none ends at all for long
    /// means that one is lost.
    /// </summary>
    private async Task WaitForQaAsync(PatientClient client)
    {
        var pending = _writers
            .SelectMany(one => one.Writer.Traces)
            .Where(trace => trace.Finalized)
            .Select(trace => $"/traces/{trace.TraceId}?include_events=false")
            .ToList();
        var progress = TimeProvider.System.GetTimestamp();
        while (pending.Count > 0)
        {
            var trace = (await client.GetAsync(pending[0])).Json;
            if (trace["status"]!.GetValue<string>() != "finalizing")
            {
                pending.RemoveAt(0);
                progress = TimeProvider.System.GetTimestamp();
                continue;
            }

            // The next one, so that whichever ends is seen.
            pending.Add(pending[0]);
            pending.RemoveAt(0);
            Assert.True(
                TimeProvider.System.GetElapsedTime(progress) < QaIdleMax,
                $"for {QaIdleMax} none of {pending.Count} QAs ended: {Shown(trace)}"
            );
            await Task.Delay(10, Ct);
        }
    }

    /// <summary>A request that came twice, or again after a lost answer, opened no second trace.</summary>
    private async Task AssertNoOtherTracesAsync(PatientClient client)
    {
        var known = _writers.SelectMany(one => one.Writer.Traces).Select(trace => trace.TraceId).ToHashSet();
        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = (
                await client.GetAsync($"/traces?limit=100{(cursor is null ? "" : $"&cursor={cursor}")}")
            ).Json;
            listed.AddRange(page["traces"]!.AsArray().Select(row => row!["trace_id"]!.GetValue<string>()));
            cursor = page["next_cursor"]?.GetValue<string>();
        } while (cursor is not null);

        Assert.Equal(known.Order(), listed.Order());
    }
}
