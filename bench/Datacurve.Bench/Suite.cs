using System.Text.Json;
using Datacurve.Bench.Figures;
using Datacurve.Bench.Load;

namespace Datacurve.Bench;

/// <summary>All benchmarks, and the table of what they found.</summary>
internal static class Suite
{
    private static readonly IReadOnlyList<IBenchmark> All =
    [
        new PostgresAppend(),
        new SqliteAppend(),
        new SqliteSingleEvents(),
        new PostgresSingleEvents(),
        new LargeStore(),
        new GetLargeTrace(),
        new SealedTrace(),
        new BlobPut(64 << 10, "64k"),
        new BlobPut(1 << 20, "1m"),
        new HugeBlob(),
        new SandboxRuns(),
        new StartToReady(),
    ];

    // Against an older commit, which bench/before builds.
    private static readonly IReadOnlyList<IBenchmark> Before =
    [
        new BeforeStart(),
        new BeforeAppend("before-sqlite-append", SampleEvents.BatchLength, AppendLoad.BatchesPerTrace),
        new BeforeAppend("before-sqlite-single-events", 1, SqliteSingleEvents.EventsPerTrace),
        new BeforeDemo(),
    ];

    public static IReadOnlyList<IBenchmark> Choose(IReadOnlyList<string> prefixes, bool before) =>
        [
            .. (before ? Before : All).Where(benchmark =>
                prefixes.Count == 0
                || prefixes.Any(prefix => benchmark.Name.StartsWith(prefix, StringComparison.Ordinal))
            ),
        ];

    public static async Task<int> ListAsync(IReadOnlyList<IBenchmark> chosen, TextWriter output)
    {
        foreach (var benchmark in chosen)
            await output.WriteLineAsync($"{benchmark.Name, -22} {benchmark.Summary}");
        return 0;
    }

    /// <summary>Exit code 0 where every figure reached its target, 1 where one did not.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<IBenchmark> chosen,
        Settings settings,
        bool json,
        TextWriter output,
        CancellationToken ct
    )
    {
        var figures = new List<Figure>();
        foreach (var benchmark in chosen)
        {
            await settings.Progress.WriteLineAsync($"bench: {benchmark.Name}");
            var found = await benchmark.RunAsync(settings, ct);
            figures.AddRange(found);
            if (!json)
                continue;
            foreach (var figure in found)
                await output.WriteLineAsync(JsonSerializer.Serialize(figure, FigureJson.Default.Figure));
        }

        if (!json)
            await Table.WriteAsync(figures, output);
        return figures.TrueForAll(figure => figure.Reached) ? 0 : 1;
    }
}
