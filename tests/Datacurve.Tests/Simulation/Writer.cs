using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Simulation;

/// <summary>A trace as its writer knows it: what was acknowledged.</summary>
internal sealed class WrittenTrace
{
    public required string TraceId { get; init; }
    public List<JsonObject> Events { get; } = [];
    public bool Finalized { get; set; }

    /// <summary>Whether its QA has tests to run, which go from failing to passing.</summary>
    public bool HasFix { get; init; }
}

/// <summary>
/// One recorder: it opens traces, appends batches, uploads blobs and finalizes, one thing after the other,
/// and goes on when each is acknowledged. The same seed does the same things in the same order.
/// </summary>
internal sealed class Writer(int seed, PatientClient client)
{
    private static readonly Lazy<(byte[] Base, Recording Work, byte[] Diff)> Fix = new(() =>
    {
        var work = Recording.OfWrongSum();
        return (work.BaseTar(), work, work.FinalDiff());
    });

    private readonly Random _random = new(seed);
    private long _seq;

    public List<WrittenTrace> Traces { get; } = [];

    /// <summary>Every acknowledged blob.</summary>
    public List<(string BlobId, byte[] Content)> Blobs { get; } = [];

    /// <summary>How many events were acknowledged so far.</summary>
    public int Events { get; private set; }

    /// <summary>Writes until it is told to stop, and then ends what it is at.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var trace = await OpenAsync();
        // So that no run is without tests that are run, however short it is.
        if (seed % 2 == 0)
            await RecordFixAsync();
        while (!stop.IsCancellationRequested)
        {
            if (_random.Next(100) == 0)
            {
                await FinalizeAsync(trace, diff: null);
                trace = await OpenAsync();
            }
            else if (_random.Next(200) == 0)
            {
                await RecordFixAsync();
            }

            if (_random.Next(4) == 0)
                await UploadAsync();
            await AppendAsync(trace);
        }
    }

    private async Task<WrittenTrace> OpenAsync(JsonObject? body = null)
    {
        var key = $"{seed}-{Traces.Count}";
        var answer = await client.PostAsync("/traces", body ?? Wire.NewTrace(), key);
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        _seq = 0;
        Traces.Add(
            new WrittenTrace
            {
                TraceId = answer.Json["trace_id"]!.GetValue<string>(),
                HasFix = body is not null,
            }
        );
        return Traces[^1];
    }

    private async Task UploadAsync()
    {
        var content = new byte[_random.Next(1, 100_000)];
        _random.NextBytes(content);
        Blobs.Add((await client.UploadAsync(content, multipart: _random.Next(2) == 0), content));
    }

    private Task AppendAsync(WrittenTrace trace)
    {
        var batch = new List<JsonObject>();
        for (var i = _random.Next(1, 20); i > 0; i--)
            batch.Add(Wire.Event(_seq += _random.Next(1, 4), new string('x', _random.Next(1, 2_000))));
        return AppendAsync(trace, batch);
    }

    private async Task AppendAsync(WrittenTrace trace, List<JsonObject> batch)
    {
        var answer = await client.PostAsync($"/traces/{trace.TraceId}/events", Wire.Batch(batch));
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text);
        Assert.Equal(batch.Count, answer.Json["accepted"]!.GetValue<int>());
        trace.Events.AddRange(batch);
        Events += batch.Count;
    }

    private async Task FinalizeAsync(WrittenTrace trace, string? diff)
    {
        var body = new JsonObject
        {
            ["final_state"] = diff is null
                ? new JsonObject()
                : new JsonObject { ["pr"] = new JsonObject { ["diff_blob_id"] = diff } },
        };
        var answer = await client.PostAsync($"/traces/{trace.TraceId}/finalize", body);
        // A finalize whose answer was lost has happened all the same.
        if (answer.Status == HttpStatusCode.Conflict)
            answer = await client.GetAsync($"/traces/{trace.TraceId}?include_events=false");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.NotEqual("collecting", answer.Json["status"]!.GetValue<string>());
        trace.Finalized = true;
    }

    /// <summary>A whole session: a repository with a failing case, the edits that mend it, and QA.</summary>
    private async Task RecordFixAsync()
    {
        var (tar, work, diff) = Fix.Value;
        var seqBefore = _seq;
        var body = TraceClient.NewTrace();
        body["artifacts"] = new JsonObject { ["base_snapshot_blob_id"] = await client.UploadAsync(tar) };
        var trace = await OpenAsync(body);
        var events = new List<JsonObject>();
        foreach (var edit in work.Edits)
        {
            await client.UploadAsync(edit.Patch);
            var payload = edit.Payload();
            // Every default is sent, so that what comes back is what was sent.
            payload["patch_format"] = "unified_diff";
            events.Add(Wire.Event(events.Count + 1, "file_edit", payload));
        }

        await AppendAsync(trace, events);
        await FinalizeAsync(trace, await client.UploadAsync(diff));
        _seq = seqBefore;
    }
}
