using System.Collections.Concurrent;
using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>Wakes who follows a trace when it changes in this process. A hint: followers also poll.</summary>
internal sealed class TraceSignals
{
    private readonly ConcurrentDictionary<TraceId, TaskCompletionSource> _waiting = new();

    public void Raise(TraceId traceId)
    {
        if (_waiting.TryRemove(traceId, out var waiting))
            waiting.SetResult();
    }

    /// <summary>
    /// Completes at the next change. Ask before reading, so that no change falls in between.
    /// </summary>
    public Task NextAsync(TraceId traceId) =>
        _waiting
            .GetOrAdd(
                traceId,
                _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
            )
            .Task;
}
