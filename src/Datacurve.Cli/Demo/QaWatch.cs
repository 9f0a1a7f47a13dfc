using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>
/// Follows one trace's QA and prints a line when a step has something to say. A service that is away for a
/// moment is waited for: QA goes on without anybody who watches.
/// </summary>
internal sealed class QaWatch(ServiceClient client, Printer printer)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(15);

    private readonly Backoff _backoff = new(
        new ShipperOptions(),
        TimeProvider.System,
        text => printer.Line(text)
    );

    // That it is finalizing was the answer to the finalize.
    private readonly HashSet<string> _said = [nameof(TraceStatus.Finalizing)];

    /// <summary>Returns the trace once it is complete or failed.</summary>
    /// <exception cref="DemoException">QA takes longer than it may.</exception>
    /// <exception cref="ServiceException">The service stays away, or refuses.</exception>
    public async Task<TraceDocument> FollowAsync(string traceId, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeMax)
        {
            var json = await ReadAsync(traceId, includeEvents: false, ct);
            var trace = client.Read(json, AnswerJson.Default.TraceDocument);
            Report(trace);
            if (trace.Status is TraceStatus.Complete or TraceStatus.Failed)
                return trace;
            await Task.Delay(Pause, ct);
        }
        throw new DemoException($"QA of {traceId} did not end within {TimeMax.TotalMinutes} minutes");
    }

    /// <summary>The trace as the service gives it.</summary>
    /// <exception cref="ServiceException">The service stays away, or refuses.</exception>
    public Task<JsonElement> ReadAsync(string traceId, bool includeEvents, CancellationToken ct) =>
        _backoff.RunAsync(() => client.GetTraceJsonAsync(traceId, includeEvents, ct), ct);

    private void Report(TraceDocument trace)
    {
        var qa = trace.ReadQa();
        foreach (var invocation in qa?.Tests?.Invocations ?? [])
            Say(invocation.InvocationId.ToString(), TraceText.Invocation(invocation));
        if (qa?.Replay is { } replay)
            Say("replay", TraceText.Replay(replay));
        if (qa?.Judge is { } judge)
            Say("judge", $"judge {judge.Model}, rubric {judge.RubricVersion}");
        if (qa is { JudgeRefused: true })
            Say("judge", TraceText.JudgeRefused);
        Say(trace.Status.ToString(), trace.Status.ToString().ToLowerInvariant());
    }

    private void Say(string once, string text)
    {
        if (_said.Add(once))
            printer.Labelled("qa", InertText.Line(text, 100));
    }
}
