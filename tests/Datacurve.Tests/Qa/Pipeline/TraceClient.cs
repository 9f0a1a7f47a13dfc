using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Core;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>Records, finalizes and waits as a client of the service does, over HTTP alone.</summary>
internal sealed class TraceClient(HttpClient http)
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public HttpClient Http { get; } = http;

    /// <summary>Records the whole of it and returns the trace's id; nothing is finalized.</summary>
    /// <param name="change">Changes the body that opens the trace.</param>
    /// <param name="snapshot">Whether the base is uploaded; else the trace has none unless the change adds
    /// one.</param>
    public async Task<string> RecordAsync(
        Recording recording,
        Action<JsonObject>? change = null,
        bool snapshot = true
    )
    {
        var body = NewTrace();
        if (snapshot)
            body["artifacts"] = new JsonObject
            {
                ["base_snapshot_blob_id"] = await UploadAsync(recording.BaseTar()),
            };
        change?.Invoke(body);
        var traceId = await OpenAsync(body);
        var events = new List<JsonObject>
        {
            Event(
                1,
                "thought",
                new JsonObject
                {
                    ["content_blob_id"] = await UploadAsync("The sum subtracts; the sign in add is wrong."),
                    ["kind"] = "hypothesis",
                }
            ),
        };
        foreach (var edit in recording.Edits)
        {
            await UploadAsync(edit.Patch);
            events.Add(Event(events.Count + 1, "file_edit", edit.Payload()));
        }
        await AppendAsync(traceId, [.. events]);
        return traceId;
    }

    /// <summary>Records, finalizes with the final diff and waits for the end of QA.</summary>
    public async Task<JsonElement> ProveAsync(
        Recording recording,
        Action<JsonObject>? change = null,
        bool withDiff = true,
        bool snapshot = true
    )
    {
        var traceId = await RecordAsync(recording, change, snapshot);
        await FinalizeAsync(traceId, withDiff ? await UploadAsync(recording.FinalDiff()) : null);
        return await EndAsync(traceId);
    }

    public static JsonObject NewTrace() =>
        new()
        {
            ["repo"] = new JsonObject { ["repo_id"] = "calc", ["commit_base"] = new string('a', 40) },
            ["task"] = new JsonObject
            {
                ["bug_report"] = new JsonObject { ["title"] = "wrong sum", ["description"] = "2 + 3 is -1" },
            },
            ["developer"] = new JsonObject { ["developer_id"] = "ada" },
            ["environment"] = new JsonObject
            {
                ["ide"] = new JsonObject { ["name"] = "vim" },
                ["test"] = new JsonObject { ["command"] = Recording.Unittest },
            },
        };

    public static JsonObject Event(long seq, string type, JsonObject payload) =>
        new()
        {
            ["seq"] = seq,
            ["ts_ms"] = 1_700_000_000_000 + seq * 1000,
            ["type"] = type,
            ["actor"] = new JsonObject { ["kind"] = "human" },
            ["payload"] = payload,
        };

    public async Task<string> OpenAsync(JsonObject body) =>
        (await SendAsync(HttpMethod.Post, "/traces", body, HttpStatusCode.Created))
            .GetProperty("trace_id")
            .GetString()!;

    public Task AppendAsync(string traceId, params JsonObject[] events) =>
        SendAsync(
            HttpMethod.Post,
            $"/traces/{traceId}/events",
            new JsonObject { ["events"] = new JsonArray([.. events]) },
            HttpStatusCode.Accepted
        );

    public Task<string> UploadAsync(string text) => UploadAsync(Encoding.UTF8.GetBytes(text));

    public async Task<string> UploadAsync(byte[] content)
    {
        var blobId = BlobId.Of(content).ToString();
        using var body = new ByteArrayContent(content);
        using var answer = await Http.PutAsync($"/blobs/{blobId}", body, Ct);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return blobId;
    }

    /// <summary>Returns the job's id.</summary>
    public async Task<string> FinalizeAsync(string traceId, string? diffBlobId = null) =>
        (
            await SendAsync(
                HttpMethod.Post,
                $"/traces/{traceId}/finalize",
                new JsonObject
                {
                    ["final_state"] = diffBlobId is null
                        ? new JsonObject()
                        : new JsonObject { ["pr"] = new JsonObject { ["diff_blob_id"] = diffBlobId } },
                },
                HttpStatusCode.OK
            )
        )
            .GetProperty("qa_job_id")
            .GetString()!;

    public Task<JsonElement> RerunAsync(string traceId) =>
        SendAsync(HttpMethod.Post, $"/traces/{traceId}/qa", body: null, HttpStatusCode.Accepted);

    public Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(path, Ct);

    public Task<JsonElement> TraceAsync(string traceId) => GetAsync($"/traces/{traceId}");

    public async Task<JsonElement[]> RunsAsync(string traceId) =>
        [.. (await GetAsync($"/traces/{traceId}/qa")).GetProperty("qa_runs").EnumerateArray()];

    /// <summary>The trace when no QA of it is under way any more.</summary>
    public Task<JsonElement> EndAsync(string traceId) =>
        UntilAsync(
            traceId,
            trace =>
                trace.GetProperty("status").GetString() is "complete" or "failed"
                && !trace.TryGetProperty("qa_progress", out _)
        );

    /// <summary>The trace when its QA is at a step and says something.</summary>
    public Task<JsonElement> ReachAsync(string traceId, string step, string message) =>
        UntilAsync(
            traceId,
            trace =>
                trace.TryGetProperty("qa_progress", out var progress)
                && progress.GetProperty("step").GetString() == step
                && progress.GetProperty("message").GetString() is { } said
                && said.Contains(message, StringComparison.Ordinal)
        );

    private async Task<JsonElement> UntilAsync(string traceId, Func<JsonElement, bool> reached)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var trace = await TraceAsync(traceId);
            if (reached(trace))
                return trace;
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < EndMax,
                $"waited in vain; the trace is {trace}"
            );
            await Task.Delay(PollEvery, Ct);
        }
    }

    private async Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        HttpStatusCode expected
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await Http.SendAsync(request, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == expected, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
