using System.Diagnostics;

namespace Datacurve.Bench.Baselines;

/// <summary>
/// The least that makes a file durable under a name: a temporary file, written, flushed and renamed.
/// Neither hashed nor recorded anywhere.
/// </summary>
internal sealed class FilePut(string folder, byte[] content, int threads)
{
    /// <summary>Runs for so many seconds; gives the files put a second.</summary>
    public async Task<double> RunAsync(double seconds)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, threads)
                .Select(_ =>
                    Task.Factory.StartNew(() => Run(started, seconds), TaskCreationOptions.LongRunning)
                )
        );
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private int Run(long started, double seconds)
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
        }

        return count;
    }
}
