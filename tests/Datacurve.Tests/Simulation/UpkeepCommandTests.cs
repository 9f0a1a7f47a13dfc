using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>The real commands beside the real service.</summary>
public sealed class UpkeepCommandTests
{
    [Fact]
    public async Task Fsck_and_gc_run_beside_the_service_and_end_with_what_they_found()
    {
        using var folder = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(folder.Path);
        var content = RandomNumberGenerator.GetBytes(2000);
        await server.Client.UploadAsync(content);
        var blobId = BlobId.Of(content);
        var absent = BlobId.Of("absent"u8);
        var traceId = await server.Client.OpenTraceAsync();
        await server.Client.AppendAsync(
            traceId,
            Wire.Batch(
                Wire.Event(
                    1,
                    "terminal_output",
                    new JsonObject { ["stream"] = "stdout", ["chunk_blob_id"] = absent.ToString() }
                )
            )
        );

        var whole = await ServerProcess.RunAsync("fsck", "--data", folder.Path);
        var gc = await ServerProcess.RunAsync("gc", "--data", folder.Path, "--json");
        var tried = await ServerProcess.RunAsync("gc", "--data", folder.Path, "--dry-run");
        File.Delete(Path.Combine(folder.Path, "blobs", "sha256", blobId.Hash[..2], blobId.Hash));
        var broken = await ServerProcess.RunAsync("fsck", "--data", folder.Path, "--json");
        var nothing = await ServerProcess.RunAsync("gc", "--data", folder.Of("none"));

        Assert.True(whole.ExitCode == 0, whole.Output + whole.Errors);
        Assert.Equal(
            [
                $"note: trace {traceId} names {absent}, which nobody has uploaded",
                "The store holds: 1 trace, 1 blob.",
            ],
            whole.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
        Assert.Equal((0, ""), (gc.ExitCode, gc.Errors));
        Assert.Equal(0, JsonNode.Parse(gc.Output)!["removed"]!.GetValue<int>());
        Assert.Contains("0 blobs would be marked", tried.Output, StringComparison.Ordinal);
        Assert.Equal(1, broken.ExitCode);
        var lines = broken
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject())
            .ToList();
        Assert.Equal("row_without_bytes", lines[0]["kind"]!.GetValue<string>());
        Assert.Equal(blobId.ToString(), lines[0]["subject"]!.GetValue<string>());
        Assert.Equal(1, lines[^1]["findings"]!.GetValue<int>());
        Assert.Equal(2, nothing.ExitCode);
        Assert.Contains("does not exist", nothing.Errors, StringComparison.Ordinal);
        (await server.Client.GetAnswerAsync($"/blobs/{blobId}")).AssertProblem(HttpStatusCode.NotFound);
    }
}
