using Datacurve.Cli.Client;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Rendering;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Commands;

/// <summary>Says where a finalized trace is, or follows it to its end.</summary>
internal sealed class FinalizedTrace(ServiceClient client, string traceId)
{
    /// <param name="wait">Whether to follow QA.</param>
    /// <param name="json">Where the trace document goes, or null.</param>
    /// <param name="output">Where progress goes.</param>
    /// <param name="ct">Stops following; QA goes on.</param>
    public async Task<int> ShowAsync(bool wait, TextWriter? json, Printer output, CancellationToken ct)
    {
        output.Labelled("trace", $"{traceId} at {client.Url}, finalizing");
        var watch = new QaWatch(client, output);
        if (!wait)
        {
            output.Line($"Its tests and scores: datacurve show {traceId} --url {client.Url}");
            if (json is not null)
                JsonOutput.Write(json, await watch.ReadAsync(traceId, includeEvents: false, ct));
            return ExitCode.Done;
        }
        var trace = await watch.FollowAsync(traceId, ct);
        if (json is not null)
            JsonOutput.Write(json, await watch.ReadAsync(traceId, includeEvents: false, ct));
        else if (trace.ReadQa() is { } qa)
            new QaView(output).Print(qa);
        return trace.Status == TraceStatus.Complete ? ExitCode.Done : ExitCode.Failed;
    }
}
