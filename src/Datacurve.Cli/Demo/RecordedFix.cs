using Datacurve.Cli.Client;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>A fix that was made on the record and awaits its finalize.</summary>
internal sealed record RecordedFix(Recorder Recorder, FinalState FinalState);

/// <summary>A real bug with its real fix, made on the record.</summary>
internal interface IDemoSubject
{
    /// <summary>
    /// Makes the repository at its base in an empty folder, opens a trace and does the work, all of it sent.
    /// </summary>
    /// <exception cref="DemoException">The repository cannot be had, or a tool is missing.</exception>
    Task<RecordedFix> RecordAsync(ServiceClient client, string directory, CancellationToken ct);
}
