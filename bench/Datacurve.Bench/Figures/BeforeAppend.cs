using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>Appends over SQLite against those that an older commit's service takes.</summary>
internal sealed class BeforeAppend(string name, int batchLength, int batchesPerTrace) : IBenchmark
{
    // Turns of one program differ by so much.
    private const double Noise = 0.95;

    public string Name => name;

    public string Summary =>
        $"{batchLength}-event appends over HTTP, 16 connections, against the older service";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        using var now = await ServerUnderLoad.StartAsync(settings.NewFolder("now"));
        using var before = await ServerUnderLoad.StartAsync(
            settings.NewFolder("before"),
            program: Settings.ServerBefore
        );
        var load = new AppendLoad(now.Address, batchLength, batchesPerTrace);
        var loadBefore = new AppendLoad(before.Address, batchLength, batchesPerTrace);
        var (cores, coresBefore) = (new CoresUsed(now), new CoresUsed(before));
        var rounds = await Interleaved.MeasureAsync(
            settings,
            seconds => cores.DuringAsync(() => load.RunAsync(seconds)),
            seconds => coresBefore.DuringAsync(() => loadBefore.RunAsync(seconds)),
            ct
        );
        return [Figure.Of(Name, "events/s", rounds, Noise) with { Note = $"{cores}; before: {coresBefore}" }];
    }
}
