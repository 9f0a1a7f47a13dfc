namespace Datacurve.Server.Blobs;

/// <summary>
/// Whether blobs can be taken, for those who ask every few seconds: a store that is reached over a network is
/// asked no more often than that, and waited for no longer than they wait.
/// </summary>
internal sealed class BlobReadiness(BlobStore blobs, TimeProvider time)
{
    /// <summary>For so long an answer of the store stands.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>After so long a store that has not answered is taken to be away.</summary>
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<bool>? _answer;
    private long _askedAt;

    public Task<bool> IsReadyAsync()
    {
        lock (_lock)
        {
            if (_answer is null || time.GetElapsedTime(_askedAt) >= Fresh)
                (_answer, _askedAt) = (AskAsync(), time.GetTimestamp());
            return _answer;
        }
    }

    private async Task<bool> AskAsync()
    {
        using var limit = new CancellationTokenSource(AnswerMax, time);
        try
        {
            await blobs.CheckAsync(limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is StartException or OperationCanceledException)
        {
            return false;
        }
    }
}
