using System.Net;
using System.Security.Cryptography;
using Datacurve.Core;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>A disk that is full: nothing is stored by half, and what fits is still taken.</summary>
public sealed class FullDiskTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public async Task A_full_disk_is_told_and_a_later_try_works()
    {
        using var disk = await SmallDisk.MakeAsync(24 * Megabyte);
        using var server = await ServerProcess.StartAsync(disk);
        var large = RandomNumberGenerator.GetBytes(40 * Megabyte);
        var small = RandomNumberGenerator.GetBytes(Megabyte);

        var refused = await server.Client.UploadAsync(large);
        var read = await server.Client.GetAnswerAsync($"/blobs/{BlobId.Of(large)}");
        var taken = await server.Client.UploadAsync(small);

        refused.AssertProblem(HttpStatusCode.InsufficientStorage);
        read.AssertProblem(HttpStatusCode.NotFound);
        Assert.True(taken.Status == HttpStatusCode.Created, taken.Text);
    }

    [Fact]
    public async Task Events_that_do_not_fit_are_refused_whole_and_taken_when_there_is_room()
    {
        using var disk = await SmallDisk.MakeAsync(24 * Megabyte);
        using var server = await ServerProcess.StartAsync(disk);
        var filler = disk.Seen(disk.Of("filler"));
        await File.WriteAllBytesAsync(filler, new byte[8 * Megabyte], TestContext.Current.CancellationToken);
        var traceId = await server.Client.OpenTraceAsync();
        var (seq, refused) = (0, new System.Text.Json.Nodes.JsonObject());
        Answer answer;
        do
        {
            refused = Wire.Batch(Wire.Event(++seq), Wire.Event(++seq, new string('x', 2 * Megabyte)));
            answer = await server.Client.AppendAsync(traceId, refused);
        } while (answer.Status == HttpStatusCode.Accepted);

        answer.AssertProblem(HttpStatusCode.InsufficientStorage);
        await AssertHeldAsync(server.Client, traceId, seq - 2);
        File.Delete(filler);
        var later = await server.Client.AppendAsync(traceId, refused);
        Assert.True(later.Status == HttpStatusCode.Accepted, later.Text);
        await AssertHeldAsync(server.Client, traceId, seq);
    }

    [Fact]
    public async Task A_full_disk_is_not_ready_until_there_is_room()
    {
        using var disk = await SmallDisk.MakeAsync(24 * Megabyte);
        using var server = await ServerProcess.StartAsync(disk);
        disk.Fill();

        var full = await server.Client.GetAnswerAsync("/health/ready");
        disk.Clear();
        var later = await server.Client.GetAnswerAsync("/health/ready");

        full.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, later.Status);
    }

    private static async Task AssertHeldAsync(HttpClient client, string traceId, int seqLast)
    {
        var trace = await client.GetTraceAsync(traceId);
        Assert.Equal(seqLast, trace["ingestion"]!["seq_last"]!.GetValue<int>());
        Assert.Equal(
            Enumerable.Range(1, seqLast),
            trace["events"]!.AsArray().Select(stored => stored!["seq"]!.GetValue<int>())
        );
    }
}
