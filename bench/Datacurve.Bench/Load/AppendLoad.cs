using System.Diagnostics;
using System.Text.Json;

namespace Datacurve.Bench.Load;

/// <summary>
/// Connections that append without a pause, each to traces of its own: a new one every so many batches. The
/// bodies are made beforehand; every connection is a thread that sends, waits and sends again.
/// </summary>
internal sealed class AppendLoad
{
    public const int Connections = 16;
    public const int BatchesPerTrace = 20;

    private static readonly byte[] NewTrace =
        """
        {"repo":{"repo_id":"bench/freebusy","commit_base":"b96706cb38df"},
        "task":{"bug_report":{"title":"free() offers time in a meeting","description":"See the title."}},
        "developer":{"developer_id":"bench"},"environment":{"ide":{"name":"vim"}}}
        """u8.ToArray();

    private readonly Uri _address;
    private readonly byte[][] _bodies;
    private readonly int _length;

    /// <param name="address">Where the server listens.</param>
    /// <param name="batchLength">Events a batch.</param>
    /// <param name="batches">Batches a trace.</param>
    public AppendLoad(Uri address, int batchLength, int batches = BatchesPerTrace)
    {
        (_address, _length) = (address, batchLength);
        var events = new SampleEvents(seed: 1);
        _bodies =
        [
            .. Enumerable.Range(0, batches).Select(i => events.Batch(1 + (long)i * batchLength, batchLength)),
        ];
    }

    public int BodyBytes => (int)_bodies.Average(body => body.Length);

    /// <summary>Milliseconds that each request of the last run took, in no order.</summary>
    public IReadOnlyList<double> Latencies { get; private set; } = [];

    /// <summary>Runs for so many seconds; gives the events acknowledged a second.</summary>
    /// <exception cref="InvalidOperationException">A request was refused.</exception>
    public async Task<double> RunAsync(double seconds)
    {
        var started = Stopwatch.GetTimestamp();
        var until = started + (long)(seconds * Stopwatch.Frequency);
        var runs = await Task.WhenAll(
            Enumerable
                .Range(0, Connections)
                .Select(_ => Task.Factory.StartNew(() => Run(until), TaskCreationOptions.LongRunning))
        );
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Latencies = [.. runs.SelectMany(run => run)];
        return Latencies.Count * _length / elapsed;
    }

    /// <summary>Opens a trace and fills it; gives its id.</summary>
    public string FillTrace()
    {
        using var connection = new RawConnection(_address);
        var traceId = OpenTrace(connection);
        foreach (var body in _bodies)
            Append(connection, traceId, body);
        return traceId;
    }

    /// <summary>The share of requests, 0 to 1, that were answered within the time that this gives.</summary>
    public double LatencyMs(double share)
    {
        double[] sorted = [.. Latencies.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    private List<double> Run(long until)
    {
        using var connection = new RawConnection(_address);
        var latencies = new List<double>();
        while (true)
        {
            var traceId = OpenTrace(connection);
            foreach (var body in _bodies)
            {
                var sent = Stopwatch.GetTimestamp();
                if (sent >= until)
                    return latencies;
                Append(connection, traceId, body);
                latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
        }
    }

    private static string OpenTrace(RawConnection connection)
    {
        var answer = connection.AskText(connection.Head("POST", "/traces", NewTrace.Length), NewTrace);
        var json = answer[answer.IndexOf('{')..(answer.LastIndexOf('}') + 1)];
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("trace_id", out var traceId)
            ? traceId.GetString()!
            : throw new InvalidOperationException($"no trace was opened: {answer}");
    }

    private static void Append(RawConnection connection, string traceId, byte[] body)
    {
        var (status, _) = connection.Ask(
            connection.Head("POST", $"/traces/{traceId}/events", body.Length),
            body
        );
        if (status != 202)
            throw new InvalidOperationException($"an append was answered with {status}");
    }
}
