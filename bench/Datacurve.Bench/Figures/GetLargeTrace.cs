using System.Diagnostics;
using Datacurve.Bench.Baselines;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>The document of a trace of 5,000 events against reading its rows and doing nothing.</summary>
internal sealed class GetLargeTrace : IBenchmark
{
    private const int Batches = 50;
    private const int TimesLarger = 10;
    private const double MegabytesMoreMax = 16;

    public string Name => "get-trace";

    public string Summary =>
        "GET of a 5,000-event trace against reading its rows raw; memory for one ten times as long";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        var folder = settings.NewFolder("get");
        using var server = await ServerUnderLoad.StartAsync(folder);
        var trace = new AppendLoad(server.Address, SampleEvents.BatchLength, Batches).FillTrace();
        var longer = new AppendLoad(
            server.Address,
            SampleEvents.BatchLength,
            Batches * TimesLarger
        ).FillTrace();
        using var reader = new NativeReader(SqliteStores.DatabaseOf(folder), trace);
        using var connection = new RawConnection(server.Address);
        var rounds = await Interleaved.MeasureAsync(
            settings,
            seconds => Task.Run(() => EventsPerSecond(seconds, () => Get(connection, trace))),
            seconds => Task.Run(() => EventsPerSecond(seconds, () => reader.ReadAll())),
            ct
        );
        return [Figure.Of(Name, "events/s", rounds, target: 0.5), Growth(server, connection, trace, longer)];
    }

    private static double EventsPerSecond(double seconds, Action read)
    {
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        for (; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; count++)
            read();
        return count * Batches * SampleEvents.BatchLength / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static long Get(RawConnection connection, string traceId)
    {
        var (status, bytes) = connection.Ask(connection.Head("GET", $"/traces/{traceId}", 0), []);
        return status == 200 ? bytes : throw new InvalidOperationException($"the trace came with {status}");
    }

    /// <summary>How much more memory the server's peak has while it gives the longer trace.</summary>
    private Figure Growth(ServerUnderLoad server, RawConnection connection, string trace, string longer)
    {
        const double Megabyte = 1 << 20;
        var small = Peak(trace, out _);
        var large = Peak(longer, out var bytes);
        return new Figure
        {
            Name = $"{Name}-memory",
            Unit = "MiB more",
            Measured = (large - small) / Megabyte,
            Target = MegabytesMoreMax,
            AtMost = true,
            Note =
                $"peak {small / Megabyte:0} MiB for 5,000 events, {large / Megabyte:0} MiB for 50,000 "
                + $"({bytes / Megabyte:0} MiB of JSON)",
        };

        long Peak(string traceId, out long bytes)
        {
            server.ForgetPeak();
            bytes = 0;
            for (var i = 0; i < 10; i++)
                bytes = Get(connection, traceId);
            return server.PeakBytes;
        }
    }
}
