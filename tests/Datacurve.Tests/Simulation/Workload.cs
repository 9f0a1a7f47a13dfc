using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// One writer against a server that is killed under it: it appends batches and uploads blobs, sends again
/// what was not answered, and remembers what was acknowledged. It lives longer than any process of the
/// server.
/// </summary>
internal sealed class Writer(int seed)
{
    private readonly Random _random = new(seed);
    private JsonObject? _unanswered;
    private byte[]? _unansweredBlob;
    private string? _traceId;
    private long _seq;
    private int _steps;

    /// <summary>Every acknowledged event as it was sent, by trace and in order.</summary>
    public ConcurrentDictionary<string, List<JsonObject>> Acknowledged { get; } = new();

    /// <summary>Every acknowledged blob.</summary>
    public List<(string BlobId, byte[] Content)> Blobs { get; } = [];

    /// <summary>Writes until the server is gone.</summary>
    public async Task RunAsync(HttpClient client)
    {
        try
        {
            while (true)
                await OutliveAsync(() => StepAsync(client));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // Killed. What was under way stays unanswered, and is sent again to the next process.
        }
    }

    /// <summary>How often something was acknowledged.</summary>
    public int Steps => Volatile.Read(ref _steps);

    /// <summary>
    /// Waits until each has had something acknowledged since: a server that is killed before it has answered
    /// anybody proves nothing, and how long it takes to is the machine's business.
    /// </summary>
    public static async Task AllMoveAsync(IReadOnlyList<Writer> writers, IReadOnlyList<Task> writing)
    {
        var before = writers.Select(writer => writer.Steps).ToList();
        while (writers.Index().Any(writer => writer.Item.Steps == before[writer.Index]))
        {
            // One that has ended meanwhile says why.
            if (writing.FirstOrDefault(task => task.IsCompleted) is { } ended)
                await ended;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>How often the server said that its store is away, with when to come again.</summary>
    public int TimesAway { get; private set; }

    /// <summary>Sends what is still unanswered to a server that lives.</summary>
    public async Task SettleAsync(HttpClient client)
    {
        if (_unanswered is not null)
            await AppendAsync(client);
        if (_unansweredBlob is not null)
            await UploadAsync(client);
    }

    /// <summary>Does it, once more after each time that the store was away.</summary>
    public async Task OutliveAsync(Func<Task> step)
    {
        while (true)
        {
            try
            {
                await step();
                return;
            }
            catch (StoreAwayException)
            {
                TimesAway++;
                await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
            }
        }
    }

    private async Task StepAsync(HttpClient client)
    {
        await SettleAsync(client);
        if (_traceId is null || _random.Next(40) == 0)
            await OpenAsync(client);
        if (_random.Next(4) == 0)
        {
            _unansweredBlob = new byte[_random.Next(1, 100_000)];
            _random.NextBytes(_unansweredBlob);
            await UploadAsync(client);
        }

        await WriteAsync(client);
    }

    private async Task WriteAsync(HttpClient client)
    {
        var batch = new List<JsonObject>();
        for (var i = _random.Next(1, 20); i > 0; i--)
            batch.Add(Wire.Event(_seq += _random.Next(1, 4), new string('x', _random.Next(1, 2_000))));
        _unanswered = Wire.Batch(batch);
        await AppendAsync(client);
    }

    private async Task OpenAsync(HttpClient client)
    {
        var answer = Present(await client.PostAsync("/traces", Wire.NewTrace()));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        (_traceId, _seq) = (answer.Json["trace_id"]!.GetValue<string>(), 0);
        Acknowledged[_traceId] = [];
    }

    private async Task AppendAsync(HttpClient client)
    {
        var answer = Present(await client.AppendAsync(_traceId!, _unanswered!));
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text);
        Acknowledged[_traceId!].AddRange(_unanswered!["events"]!.AsArray().Select(sent => sent!.AsObject()));
        _unanswered = null;
        Interlocked.Increment(ref _steps);
    }

    private async Task UploadAsync(HttpClient client)
    {
        var answer = Present(await client.UploadAsync(_unansweredBlob!));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        Blobs.Add((answer.Json["blob_id"]!.GetValue<string>(), _unansweredBlob!));
        _unansweredBlob = null;
    }

    private static Answer Present(Answer answer)
    {
        if (answer.Status != HttpStatusCode.ServiceUnavailable)
            return answer;

        answer.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(answer.Headers.RetryAfter);
        throw new StoreAwayException();
    }

    private sealed class StoreAwayException : Exception;
}
