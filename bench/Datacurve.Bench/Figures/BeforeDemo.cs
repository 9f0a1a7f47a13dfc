using System.Diagnostics;

namespace Datacurve.Bench.Figures;

/// <summary>The whole of <c>./datacurve demo</c>, against that of an older commit.</summary>
internal sealed class BeforeDemo : IBenchmark
{
    private const double Noise = 1.1;

    public string Name => "before-demo";

    public string Summary => "./datacurve demo from its start to its end, against the older commit's";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        var rounds = await Interleaved.MeasureAsync(
            settings,
            _ => RunAsync(Settings.Checkout, ct),
            _ => RunAsync(Settings.CheckoutBefore, ct),
            ct
        );
        return [Figure.Of(Name, "s", rounds, Noise, atMost: true)];
    }

    private static async Task<double> RunAsync(string checkout, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        using var demo = Process.Start(
            new ProcessStartInfo(Path.Combine(checkout, "datacurve"), ["demo"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = demo.StandardError.ReadToEndAsync(ct);
        var output = await demo.StandardOutput.ReadToEndAsync(ct);
        await demo.WaitForExitAsync(ct);
        return demo.ExitCode == 0
            ? Stopwatch.GetElapsedTime(started).TotalSeconds
            : throw new InvalidOperationException(
                $"{checkout}/datacurve demo failed: {output}{await errors}"
            );
    }
}
