namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>Puts a result together from how the sandbox ended and what it said.</summary>
internal static class SandboxOutcome
{
    private const int ExitCodeKilled = 137;

    public static SandboxResult Of(SandboxRun run, SandboxEnd end, SandboxConversation conversation)
    {
        var reports = new Dictionary<string, byte[]>();
        for (var i = 0; i < run.ReportPaths.Count; i++)
        {
            if (end.Trailer?.Reports[i] is { } content)
                reports[run.ReportPaths[i]] = content;
        }
        return new SandboxResult
        {
            ExitCode = end.Trailer?.ExitCode ?? ExitCodeKilled,
            Duration = end.Duration,
            Stdout = conversation.Stdout,
            Stderr = conversation.Stderr,
            Reports = reports,
            TimedOut = end.TimedOut,
            OutOfMemory = end.OutOfMemory || end.Trailer?.Number > 0,
            OutputTruncated = conversation.Truncated || end.Trailer?.ReportTooLarge == true,
        };
    }
}
