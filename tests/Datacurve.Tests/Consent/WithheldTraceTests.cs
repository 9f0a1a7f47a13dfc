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
    public static TheoryData<string, bool, bool> Refusals =>
        [
            .. ((string[])["sqlite", "postgresql"]).SelectMany(engine =>
                (TheoryDataRow<string, bool, bool>[])
                    [new(engine, false, true), new(engine, true, false), new(engine, false, false)]
            ),
        ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_refused_is_in_no_row_and_the_trace_is_complete(
        string engine,
        bool code,
        bool output
    )
    {
        var words = new ConsentTrace();
        await using var rig = await ErasureRig.StartAsync(engine, "files");
        var client = new TraceClient(rig.Client);

        var traceId = await words.RecordAsync(client, Consent(code, output));
        var trace = await client.EndAsync(traceId);
        await rig.SealedAsync(traceId);

        AssertProvenAsFarAsAllowed(trace, code, output);
        var found = await rig.Store.FindAsync(words.All);
        Assert.Empty(Refused(words, code, output).Intersect(found.Keys));
        // The search finds the others: else it would prove nothing.
        Assert.Empty(Allowed(words, code, output).Except(found.Keys));
        Assert.All(await rig.FsckAsync(), finding => Assert.True(finding.Informative, finding.Text));
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

    private static IEnumerable<string> Refused(ConsentTrace words, bool code, bool output) =>
        words.Of(
            code ? [] : ConsentTrace.CodeTexts,
            output ? [] : ConsentTrace.OutputTexts,
            // Without code no test is run, so that nothing prints.
            code ? [] : ["printed"],
            ConsentTrace.EitherTexts
        );

    private static IEnumerable<string> Allowed(ConsentTrace words, bool code, bool output) =>
        words.Of(
            code ? [.. ConsentTrace.CodeTexts, .. ConsentTrace.CodeBlobs] : [],
            output ? [.. ConsentTrace.OutputTexts.Where(place => code || place != "printed")] : [],
            output ? ConsentTrace.OutputBlobs : [],
            ConsentTrace.Plain
        );

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
