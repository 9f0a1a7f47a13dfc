using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>
/// Wakes who follows a trace when it changes. A hint: followers also poll. What nobody follows any more is
/// forgotten.
/// </summary>
internal sealed class TraceSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TraceId, HashSet<Following>> _followed = [];

    /// <summary>Hears of every change that this process made, to tell other processes.</summary>
    public Action<TraceId>? Relay { get; set; }

    /// <summary>How many traces are followed in this process.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _followed.Count;
        }
    }

    /// <summary>This process has changed the trace.</summary>
    public void Raise(TraceId traceId)
    {
        Wake(traceId);
        Relay?.Invoke(traceId);
    }

    /// <summary>Some process has changed the trace.</summary>
    public void Wake(TraceId traceId)
    {
        lock (_gate)
            if (_followed.TryGetValue(traceId, out var followers))
                foreach (var following in followers)
                    following.Wake();
    }

    /// <summary>Follows a trace until what is returned is disposed.</summary>
    public Following Follow(TraceId traceId)
    {
        var following = new Following(this, traceId);
        lock (_gate)
        {
            if (!_followed.TryGetValue(traceId, out var followers))
                _followed[traceId] = followers = [];
            followers.Add(following);
        }

        return following;
    }

    private void Forget(Following following)
    {
        lock (_gate)
            if (
                _followed.TryGetValue(following.TraceId, out var followers)
                && followers.Remove(following)
                && followers.Count == 0
            )
                _followed.Remove(following.TraceId);
    }

    internal sealed class Following(TraceSignals signals, TraceId traceId) : IDisposable
    {
        private volatile TaskCompletionSource _next = New();

        public TraceId TraceId { get; } = traceId;

        /// <summary>
        /// Completes at the next change. Ask before reading, so that no change falls in between.
        /// </summary>
        public Task NextAsync() => _next.Task;

        public void Wake() => Interlocked.Exchange(ref _next, New()).SetResult();

        public void Dispose() => signals.Forget(this);

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
