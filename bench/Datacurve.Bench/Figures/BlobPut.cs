using System.Diagnostics;
using Datacurve.Bench.Baselines;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>Blobs that are put durably against files that are.</summary>
internal sealed class BlobPut(int length, string size) : IBenchmark
{
    private const int Connections = 4;

    public string Name => $"blob-put-{size}";

    public string Summary =>
        $"PUT of blobs of {length:#,##0} bytes, {Connections} connections, against temp + fsync + rename";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        using var server = await ServerUnderLoad.StartAsync(settings.NewFolder("blobs"));
        var contents = new BlobContents(length);
        var files = new FilePut(settings.NewFolder("files"), contents.Copy(), Connections);
        // Both sides put more than the disk's cache of dirty pages would take only if the run were long.
        var perSecondMost = 2 * await files.RunAsync(1);
        var cores = new CoresUsed(server);
        var rounds = await Interleaved.MeasureAsync(
            settings,
            seconds =>
            {
                contents.Make(Math.Max(0, (int)(perSecondMost * seconds) - contents.Left));
                return cores.DuringAsync(() => RunAsync(server, contents, seconds));
            },
            files.RunAsync,
            ct
        );
        var flushed = await Interleaved.MeasureAsync(
            settings,
            files.RunWithNamesFlushedAsync,
            files.RunAsync,
            ct
        );
        var bound = Figure.Median(flushed.Select(round => round.Measured / round.Baseline));
        return
        [
            Figure.Of(Name, "blobs/s", rounds, target: 0.7) with
            {
                Note = $"{cores}; the baseline with its folder flushed too: {bound:0.00}×",
            },
        ];
    }

    private static async Task<double> RunAsync(ServerUnderLoad server, BlobContents contents, double seconds)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, Connections)
                .Select(_ =>
                    Task.Factory.StartNew(
                        () => Run(server.Address, contents, started, seconds),
                        TaskCreationOptions.LongRunning
                    )
                )
        );
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static int Run(Uri address, BlobContents contents, long started, double seconds)
    {
        using var connection = new RawConnection(address);
        var copy = contents.Copy();
        var count = 0;
        for (; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; count++)
        {
            if (contents.TakeNext(copy) is not { } hash)
                throw new InvalidOperationException("the blobs ran out before the time did");
            var head = connection.Head(
                "PUT",
                $"/blobs/sha256:{hash}",
                copy.Length,
                "application/octet-stream"
            );
            var (status, _) = connection.Ask(head, copy);
            if (status != 201)
                throw new InvalidOperationException($"a blob was answered with {status}");
        }

        return count;
    }
}
