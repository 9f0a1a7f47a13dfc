using System.Net;
using Datacurve.Tests.Api;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Datacurve.Tests.Simulation;

/// <summary>What many uploads at once may cost whose unpacking asks for memory.</summary>
public sealed class WindowMemoryTests
{
    private const int Megabyte = 1 << 20;
    private const int Uploads = 32;
    private const long MemoryMax = 256L * Megabyte;

    [Fact]
    public async Task Many_uploads_at_once_that_ask_for_a_large_window_take_little_memory()
    {
        var frame = Frame(windowLog: 27);
        await using var store = await StoreOfKilled.MakeAsync("sqlite", "files");
        using var server = await ServerProcess.StartAsync([], store.Variables);
        await server.Client.UploadAsync([1]);
        var before = server.MemoryPeak;

        var answers = await Task.WhenAll(
            Enumerable.Range(0, Uploads).Select(_ => server.Client.UploadAsync(frame))
        );

        Assert.All(answers, answer => answer.AssertProblem(HttpStatusCode.UnprocessableEntity));
        Assert.Contains("window of more than 8388608 bytes", answers[0].Text, StringComparison.Ordinal);
        Assert.InRange(server.MemoryPeak - before, 0, MemoryMax);
    }

    /// <summary>A frame that needs its window, and is short.</summary>
    private static byte[] Frame(int windowLog)
    {
        using var packed = new MemoryStream();
        using (var packing = new CompressionStream(packed, 3, leaveOpen: true))
        {
            packing.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, windowLog);
            packing.SetParameter(ZSTD_cParameter.ZSTD_c_enableLongDistanceMatching, 1);
            var zeros = new byte[Megabyte];
            for (var i = 0; i < 160; i++)
                packing.Write(zeros);
        }

        return packed.ToArray();
    }
}
