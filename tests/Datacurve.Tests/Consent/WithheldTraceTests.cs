using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Consent;

/// <summary>
/// A client that knows nothing of withholding sends everything of a trace whose developer refuses.
/// </summary>
public sealed class WithheldTraceTests
{
    public static TheoryData<string, string, bool, bool> Refusals =>
        new()
        {
            { "sqlite", "files", false, true },
            { "sqlite", "files", true, false },
            { "sqlite", "s3", false, false },
            { "postgresql", "files", true, false },
            { "postgresql", "files", false, false },
            { "postgresql", "s3", false, true },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_refused_is_nowhere_and_the_trace_is_complete(
        string engine,
        string medium,
        bool code,
        bool output
    )
    {
        var words = new ConsentTrace();
        await using var rig = await ErasureRig.StartAsync(engine, medium);
        var client = new TraceClient(rig.Client);

        var traceId = await words.RecordAsync(client, Consent(code, output));
        AssertProvenAsFarAsAllowed(await client.EndAsync(traceId), code, output);
        await rig.SealedAsync(traceId);
        // No text was ever kept; the blobs were until now.
        var before = await rig.Store.FindAsync(words.All);
        Assert.Empty(words.Of(RefusedTexts(code, output)).Intersect(before.Keys));
        await rig.RemoveWithheldAsync();

        var found = await rig.Store.FindAsync(words.All);
        var refused = words.Of([.. RefusedTexts(code, output), .. RefusedBlobs(code, output)]).ToList();
        Assert.Empty(refused.Intersect(found.Keys));
        Assert.Equal(words.All.Except(refused).Order(), found.Keys.Order());
        var gone = Blobs(code, output).Select(place => words.Blobs[place]).ToHashSet();
        Assert.All(
            await rig.FsckAsync(),
            finding => Assert.True(finding.Informative && !gone.Contains(finding.Subject), finding.Text)
        );
        await AssertToldAsync(rig, client, traceId, gone, code);
        await client.RerunAsync(traceId);
        AssertProvenAsFarAsAllowed(await client.EndAsync(traceId), code, output);
    }

    [Fact]
    public async Task A_blob_that_is_sent_again_goes_again_and_an_erasure_takes_what_is_left()
    {
        var words = new ConsentTrace();
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var client = new TraceClient(rig.Client);
        var traceId = await words.RecordAsync(client, Consent(code: false, output: false));
        await client.EndAsync(traceId);
        await rig.RemoveWithheldAsync();
        Assert.Empty(await rig.Store.FindAsync(words["chunk"]));

        Assert.Equal(words.Blobs["chunk"], await client.UploadAsync($"here is {words["chunk"]}\n"));
        await rig.RemoveWithheldAsync();
        Assert.Empty(await rig.Store.FindAsync(words["chunk"]));
        await client.UploadAsync($"here is {words["report"]}\n");
        await rig.EraseAsync(traceId);
        await rig.DoneAsync(traceId);

        Assert.Empty(await rig.Store.FindAsync(words.All));
    }

    [Fact]
    public async Task Output_that_is_the_diff_too_is_kept_as_the_diff()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var client = new TraceClient(rig.Client);
        var recording = Recording.OfWrongSum();
        var traceId = await client.RecordAsync(
            recording,
            body => body["developer"]!["consent_flags"] = Consent(code: true, output: false)
        );
        var diff = await client.UploadAsync(recording.FinalDiff());
        await client.AppendAsync(traceId, MarkedTrace.Output(20, diff));
        await client.FinalizeAsync(traceId, diff);
        AssertProvenAsFarAsAllowed(await client.EndAsync(traceId), code: true, output: false);

        await rig.AgeAsync();
        await rig.RemoveWithheldAsync();

        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync($"/blobs/{diff}")).Status);
        await client.RerunAsync(traceId);
        AssertProvenAsFarAsAllowed(await client.EndAsync(traceId), code: true, output: false);
    }

    [Fact]
    public async Task With_full_consent_everything_is_kept()
    {
        var words = new ConsentTrace();
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var client = new TraceClient(rig.Client);

        var trace = await client.EndAsync(await words.RecordAsync(client, []));

        AssertProvenAsFarAsAllowed(trace, code: true, output: true);
        Assert.Equal(words.All.Order(), (await rig.Store.FindAsync(words.All)).Keys.Order());
    }

    [Fact]
    public async Task A_batch_sent_again_is_recognized_with_and_without_ids()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var body = Wire.NewTrace();
        body["developer"]!["consent_flags"] = Consent(code: true, output: false);
        var traceId = await new TraceClient(rig.Client).OpenAsync(body);
        var batch = Wire.Batch(1, 3);
        for (var i = 0; i < 3; i++)
        {
            var one = Wire.Event(
                i + 1,
                "error",
                new() { ["error_type"] = "E", ["message"] = $"it broke {i}" }
            );
            if (i == 1)
                one["event_id"] = Guid.NewGuid().ToString();
            batch["events"]![i] = one;
        }

        var first = await rig.Client.AppendAsync(traceId, batch);
        var again = await rig.Client.AppendAsync(traceId, batch);

        Assert.Equal(0, first.Json["duplicates"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.Accepted, again.Status);
        Assert.Equal(3, again.Json["duplicates"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_files_of_a_trace_without_code_cannot_be_asked_for()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var client = new TraceClient(rig.Client);
        var traceId = await new ConsentTrace().RecordAsync(client, Consent(code: false, output: true));

        var answer = await rig.Client.GetAnswerAsync($"/traces/{traceId}/state");

        answer.AssertProblem(HttpStatusCode.UnprocessableEntity);
    }

    private static JsonObject Consent(bool code, bool output) =>
        new() { ["store_raw_code"] = code, ["store_terminal_output"] = output };

    private static IEnumerable<string> RefusedTexts(bool code, bool output) =>
        [
            .. code ? [] : ConsentTrace.CodeTexts,
            .. output ? [] : ConsentTrace.OutputTexts,
            // Without code no test is run, so that nothing prints.
            .. code || !output ? (string[])[] : ["printed"],
            .. ConsentTrace.EitherTexts,
        ];

    private static IEnumerable<string> RefusedBlobs(bool code, bool output) =>
        [.. code ? [] : ConsentTrace.CodeBlobs, .. output ? [] : ConsentTrace.OutputBlobs];

    /// <summary>The places whose blobs go; one blob holds two edits' words.</summary>
    private static List<string> Blobs(bool code, bool output) =>
        [.. RefusedBlobs(code, output), .. code ? (string[])[] : ["first edit"]];

    private static async Task AssertToldAsync(
        ErasureRig rig,
        TraceClient client,
        string traceId,
        IReadOnlyCollection<string> blobs,
        bool code
    )
    {
        foreach (var blobId in blobs)
        {
            var answer = await rig.Client.GetAnswerAsync($"/blobs/{blobId}");
            answer.AssertProblem(HttpStatusCode.NotFound);
            Assert.Contains("is withheld", answer.Json["detail"]!.ToString(), StringComparison.Ordinal);
        }

        var withheld = (await client.TraceAsync(traceId)).GetProperty("withheld");
        Assert.Equal(blobs.Count, withheld.GetProperty("blobs").GetInt32());
        Assert.True(withheld.GetProperty("bytes").GetInt64() > 30 * blobs.Count);
        Assert.Equal(!code, withheld.GetProperty("lines_added").GetInt64() > 0);
    }

    private static void AssertProvenAsFarAsAllowed(JsonElement trace, bool code, bool output)
    {
        var qa = trace.GetProperty("qa");
        Assert.True(trace.GetProperty("status").GetString() == "complete", $"{qa}");
        Assert.True(qa.GetProperty("schema_valid").GetBoolean(), $"{qa}");
        Assert.Equal(JsonValueKind.Null, qa.GetProperty("error").ValueKind);
        Assert.Equal(JsonValueKind.Object, qa.GetProperty("judge").ValueKind);
        var tests = qa.GetProperty("tests");
        Assert.Equal(code ? "passed" : "not_run", tests.GetProperty("outcome").GetString());
        Assert.Equal(code, qa.GetProperty("replay").GetProperty("exact").GetBoolean());
        if (!code)
            Assert.Contains(
                "not let code be stored",
                $"{tests.GetProperty("outcome_reason")}",
                StringComparison.Ordinal
            );
        foreach (var run in tests.GetProperty("invocations").EnumerateArray())
        foreach (var kept in (string[])["stdout_blob_id", "report_blob_id"])
            Assert.Equal(output ? JsonValueKind.String : JsonValueKind.Null, run.GetProperty(kept).ValueKind);
    }
}
