using System.Diagnostics;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>The start over a folder that is empty, against that of an older commit's service.</summary>
internal sealed class BeforeStart : IBenchmark
{
    private const double Noise = 1.1;

    public string Name => "before-start-to-ready";

    public string Summary =>
        "from starting the process to /health/ready, on no store, against the older service";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        var rounds = await Interleaved.MeasureAsync(
            settings,
            _ => StartAsync(settings, Settings.Server),
            _ => StartAsync(settings, Settings.ServerBefore),
            ct
        );
        return [Figure.Of(Name, "s", rounds, Noise, atMost: true)];
    }

    private static async Task<double> StartAsync(Settings settings, string program)
    {
        var folder = settings.NewFolder("start");
        var started = Stopwatch.GetTimestamp();
        using var server = await ServerUnderLoad.StartAsync(folder, program: program);
        using var connection = new RawConnection(server.Address);
        var (status, _) = connection.Ask(connection.Head("GET", "/health/ready", 0), []);
        return status == 200
            ? Stopwatch.GetElapsedTime(started).TotalSeconds
            : throw new InvalidOperationException($"{program} was not ready: {status}");
    }
}
