using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Spool;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.TestRuns;

/// <summary>Records the test runs among the commands that end, each with the report that it wrote.</summary>
internal sealed class TestRunRecorder(Recording recording, Cleanse cleanse)
{
    private const int ReportBytesMax = 8 << 20;
    private const int ReportFilesMax = 2000;

    // Where runners write without being told, below the folder they run in.
    private static readonly (string Folder, string Pattern)[] UsualPlaces =
    [
        (".", "junit*.xml"),
        (".", "report.xml"),
        (".", "test-results.xml"),
        ("TestResults", "*.trx"),
        ("target/surefire-reports", "TEST-*.xml"),
        ("build/test-results/test", "TEST-*.xml"),
        ("reports", "*.xml"),
        ("test-results", "*.xml"),
        ("target/nextest", "junit.xml"),
    ];

    /// <summary>
    /// Adds a <c>test_run</c> where the command was one, tied to it by its correlation id; null where it was
    /// none.
    /// </summary>
    public async Task<TraceEvent?> RecordAsync(ShellCommand ended, EventContext context, CancellationToken ct)
    {
        if (TestRunRecognizer.Recognize(ended) is not { } run)
            return null;
        if (
            FindReport(ended) is { } path
            && ReadReport(path) is { } read
            && cleanse(path, read) is { } report
        )
            run = run with { ReportBlobId = await recording.AddBlobAsync(report, ContentKind.Output, ct) };
        var added = new NewEvent(ActorKind.Tool, run)
        {
            Context = context with { CorrelationId = ended.EventId.ToString() },
            TsMs = ended.EndMs,
        };
        return await recording.AddAsync(added, ct);
    }

    /// <summary>
    /// The report that a command wrote: the one it names, else the newest in the usual places.
    /// </summary>
    public static string? FindReport(ShellCommand ended)
    {
        var named = ShellWords
            .Commands(ended.CommandLine)
            .Select(command =>
                command.ValueOf(
                    "--junitxml",
                    "--junit-xml",
                    "--junitfile",
                    "--jsonfile",
                    "--outputFile.junit",
                    "--outputFile",
                    "--output-file",
                    "--test-reporter-destination"
                )
            )
            .OfType<string>()
            .Select(path => Path.Combine(ended.Cwd, path))
            .LastOrDefault(path => IsNew(path, ended));
        return named ?? UsualPlaces.SelectMany(place => NewIn(place, ended)).FirstOrDefault();
    }

    private static IEnumerable<string> NewIn((string Folder, string Pattern) place, ShellCommand ended)
    {
        var folder = Path.Combine(ended.Cwd, place.Folder);
        return Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, place.Pattern)
                .Take(ReportFilesMax)
                .Where(path => IsNew(path, ended))
                .OrderByDescending(File.GetLastWriteTimeUtc)
            : [];
    }

    private static bool IsNew(string path, ShellCommand ended) =>
        File.Exists(path)
        && new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeMilliseconds() >= ended.StartMs;

    // A runner may be told to report to a pipe or to the terminal: nobody waits for what comes there.
    private static byte[]? ReadReport(string path)
    {
        try
        {
            var file = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            var folder = new WorkingTree(Path.GetDirectoryName(file)!, ReportBytesMax);
            return folder.Read(Path.GetFileName(file)) is { Kind: DiskKind.File } read
                ? read.State?.Content
                : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
