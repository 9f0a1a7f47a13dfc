using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Spool;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.TestRuns;

/// <summary>
/// Records the test runs among the commands that end, each with the report that it wrote. Told of one
/// command after the other.
/// </summary>
internal sealed class TestRunRecorder(Recording recording, Cleanse cleanse, TimeProvider time)
{
    private ReportSearch? _reports;

    /// <summary>Looks for reports that are there already, where the command runs tests.</summary>
    public void Begin(ShellCommand begun)
    {
        _reports = null;
        if (ShellWords.Commands(begun.CommandLine).Any(one => TestRunRecognizer.RunnerOf(one) is not null))
            _reports = Tried(() => new ReportSearch(begun, time));
    }

    /// <summary>
    /// Adds a <c>test_run</c> where the command was one, tied to it by its correlation id; null where it was
    /// none.
    /// </summary>
    public async Task<TraceEvent?> EndAsync(ShellCommand ended, EventContext context, CancellationToken ct)
    {
        if (TestRunRecognizer.Recognize(ended) is not { } run)
            return null;
        if (Tried(() => _reports?.Find()) is { } found && cleanse(found.Path, found.Content) is { } report)
            run = run with { ReportBlobId = await recording.AddBlobAsync(report, ContentKind.Output, ct) };
        var added = new NewEvent(ActorKind.Tool, run)
        {
            Context = context with { CorrelationId = ended.EventId.ToString() },
            TsMs = ended.EndMs,
        };
        return await recording.AddAsync(added, ct);
    }

    // What goes while it is looked at is no report; the run itself is recorded.
    private static T? Tried<T>(Func<T?> look)
        where T : class
    {
        try
        {
            return look();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
