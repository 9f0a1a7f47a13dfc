using System.Diagnostics;
using Datacurve.Cli.Spool;

namespace Datacurve.Bench.Baselines;

/// <summary>
/// The least that makes a file durable under a name: a temporary file, written, flushed and renamed.
/// Neither hashed nor recorded anywhere.
/// </summary>
internal sealed class FilePut(string folder, byte[] content, int threads)
{
    /// <summary>Runs for so many seconds; gives the files put a second.</summary>
    public Task<double> RunAsync(double seconds) => RunAsync(seconds, flushName: false);

    /// <summary>
    /// The same, and the folder is flushed too: without it the bytes survive a loss of power, and their name
    /// may not.
    /// </summary>
    public Task<double> RunWithNamesFlushedAsync(double seconds) => RunAsync(seconds, flushName: true);

    private async Task<double> RunAsync(double seconds, bool flushName)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, threads)
                .Select(_ =>
                    Task.Factory.StartNew(
                        () => Run(started, seconds, flushName),
                        TaskCreationOptions.LongRunning
                    )
                )
        );
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        // What stayed would soon fill the disk: hundreds of megabytes come in a second.
        foreach (var file in Directory.EnumerateFiles(folder))
            File.Delete(file);
        return counts.Sum() / elapsed;
    }

    private int Run(long started, double seconds, bool flushName)
    {
        var count = 0;
        for (; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; count++)
        {
            var name = Path.Combine(folder, Guid.NewGuid().ToString("N"));
            using (var file = File.OpenHandle(name + ".tmp", FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, content, 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(name + ".tmp", name);
            if (flushName)
                DirectorySync.Flush(folder);
        }

        return count;
    }
}
