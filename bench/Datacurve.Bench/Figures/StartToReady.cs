using System.Diagnostics;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>From the start of the process to the first answer that it is ready, on a store in use.</summary>
internal sealed class StartToReady : IBenchmark
{
    private const double SecondsMax = 1.5;

    public string Name => "start-to-ready";

    public string Summary => "from starting the process to /health/ready, on a store of 100,000 events";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        var folder = settings.NewFolder("start");
        using (var server = await ServerUnderLoad.StartAsync(folder))
        {
            for (var i = 0; i < 50; i++)
                new AppendLoad(server.Address, SampleEvents.BatchLength).FillTrace();
            // Killed, so that there is a log to go through.
        }

        var times = new List<double>();
        for (var start = 0; start < Math.Max(settings.Rounds, 3); start++)
        {
            var started = Stopwatch.GetTimestamp();
            using var server = await ServerUnderLoad.StartAsync(folder);
            using var connection = new RawConnection(server.Address);
            var (status, _) = connection.Ask(connection.Head("GET", "/health/ready", 0), []);
            if (status != 200)
                throw new InvalidOperationException($"the server was not ready: {status}");
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return
        [
            new Figure
            {
                Name = Name,
                Unit = "s",
                Measured = Figure.Median(times),
                Target = SecondsMax,
                AtMost = true,
                Note = $"slowest {times.Max():0.00} s of {times.Count}",
            },
        ];
    }
}
