using System.Text.Json;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Upkeep;

/// <summary>The commands <c>fsck</c> and <c>gc</c>, over the store that the variables name.</summary>
internal static class UpkeepCommands
{
    /// <returns>0 where everything holds, 1 where something does not.</returns>
    /// <exception cref="StartException">The store cannot be read.</exception>
    public static Task<int> FsckAsync(string? data, bool json, TextWriter output, CancellationToken ct) =>
        OnStoreAsync(
            data,
            async (store, references, database, options) =>
            {
                var originals = new OriginalFindings(store, database, RawKeys.Read(options.RawKeyPath));
                var traces = new TraceRows(database, new EventReader(database, store));
                return await new Fsck(store, references, traces, originals, TimeProvider.System).PrintAsync(
                    output,
                    json,
                    TerminalProgress.OnErrors("blobs and names looked at"),
                    ct
                );
            },
            ct
        );

    /// <returns>0, where it could run.</returns>
    /// <exception cref="StartException">The store cannot be reached.</exception>
    public static Task<int> CollectAsync(
        string? data,
        bool dryRun,
        bool json,
        TextWriter output,
        CancellationToken ct
    ) =>
        OnStoreAsync(
            data,
            async (store, references, _, options) =>
            {
                var progress = TerminalProgress.OnErrors("names and blobs looked at");
                var grace = TimeSpan.FromHours(options.Blobs.GraceHours);
                var collector = new BlobCollector(store, references, grace, TimeProvider.System);
                var collected = await collector.RunAsync(dryRun, progress, ct);
                progress.Clear();
                await output.WriteLineAsync(
                    json
                        ? JsonSerializer.Serialize(collected, UpkeepJson.Default.Collected)
                        : Told(collected, dryRun, options.Blobs.GraceHours)
                );
                return 0;
            },
            ct
        );

    private static string Told(Collected collected, bool dryRun, int graceHours)
    {
        var would = dryRun ? "would be " : "";
        return string.Join(
            Environment.NewLine,
            $"{Quantity.Are(collected.Named, "blob")} named by a trace and so kept.",
            $"{Quantity.Of(collected.Removed, "blob")} of {Quantity.Of(collected.RemovedBytes, "byte")} {would}removed.",
            $"{Quantity.Of(collected.Marked, "blob")} {would}marked: what nothing names goes after {Quantity.Of(graceHours, "hour")}.",
            $"{Quantity.Are(collected.Unmarked, "marked blob")} named again.",
            $"{Quantity.Of(collected.Orphans, "stored object")} without a row and {Quantity.Of(collected.Leftovers, "leftover")} {would}removed."
        );
    }

    /// <summary>Runs a command on the store that the variables name, without the service.</summary>
    /// <exception cref="StartException">The store is not there or cannot be reached.</exception>
    public static async Task<int> OnStoreAsync(
        string? data,
        Func<BlobStore, BlobReferences, Database, Options, Task<int>> run,
        CancellationToken ct
    )
    {
        var options = Service.ReadOptionsOfStore(data);
        await using var database = Database.Open(options);
        var store = BlobStoreChoice.Of(options, database, TimeProvider.System);
        using var closing = store as IDisposable;
        try
        {
            await store.CheckAsync(ct);
            return await run(
                store,
                new BlobReferences(database, new EventReader(database, store)),
                database,
                options
            );
        }
        catch (Exception exception)
            when (exception is BlobStoreAwayException || StoreFaults.IsAway(exception))
        {
            throw new StartException($"The store cannot be reached now: {exception.Message}");
        }
    }
}
