namespace Datacurve.Bench.Figures;

/// <summary>What measures one or several figures that share their preparation.</summary>
internal interface IBenchmark
{
    /// <summary>What <c>--only</c> takes; the names of its figures begin with it.</summary>
    string Name { get; }

    /// <summary>One sentence: what is compared with what.</summary>
    string Summary { get; }

    Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct);
}
