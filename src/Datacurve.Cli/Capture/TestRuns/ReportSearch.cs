using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Cli.Capture.TestRuns;

internal sealed record TestReport(string Path, byte[] Content);

/// <summary>
/// The report that a run of tests writes: where it may come to lie, and what lay there as the run began. A
/// file is the run's own where it is another than before: its time alone is that of a clock that somebody
/// may have set meanwhile.
/// </summary>
internal sealed class ReportSearch
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

    private readonly ShellCommand _command;
    private readonly Dictionary<string, FileStamp> _before;
    private readonly long _lookedMs;

    /// <summary>Looks at what is there.</summary>
    /// <param name="begun">A command that runs tests, and has begun a moment ago.</param>
    /// <param name="time">The clock that its start was taken from.</param>
    /// <exception cref="IOException">A folder went while it was read.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    public ReportSearch(ShellCommand begun, TimeProvider time)
    {
        _command = begun;
        _before = Candidates().Distinct().ToDictionary(path => path, StampOf);
        _lookedMs = time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <summary>
    /// The report that was written since: the one that the command names, else the newest in the usual
    /// places.
    /// </summary>
    /// <exception cref="IOException">A folder went while it was read.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    public TestReport? Find() =>
        Candidates().FirstOrDefault(IsNew) is { } path && Read(path) is { } content
            ? new TestReport(path, content)
            : null;

    private IEnumerable<string> Candidates() =>
        ShellWords
            .Commands(_command.CommandLine)
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
            .Select(path => Path.Combine(_command.Cwd, path))
            .Where(File.Exists)
            .Reverse()
            .Concat(UsualPlaces.SelectMany(FilesIn));

    private IEnumerable<string> FilesIn((string Folder, string Pattern) place)
    {
        var folder = Path.Combine(_command.Cwd, place.Folder);
        return Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, place.Pattern)
                .Take(ReportFilesMax)
                .OrderByDescending(File.GetLastWriteTimeUtc)
            : [];
    }

    // What a quick run had written before it was looked for is as it was then.
    private bool IsNew(string path)
    {
        var stamp = StampOf(path);
        var modifiedMs = stamp.ModifiedNs / 1_000_000;
        return stamp != _before.GetValueOrDefault(path)
            || (modifiedMs >= _command.StartMs && modifiedMs <= _lookedMs);
    }

    private static FileStamp StampOf(string path)
    {
        var (folder, name) = Placed(path);
        folder.Stat(name, out var stamp);
        return stamp;
    }

    // A runner may be told to report to a pipe or to the terminal: nobody waits for what comes there.
    private static byte[]? Read(string path)
    {
        var (folder, name) = Placed(path);
        return folder.Read(name) is { Kind: DiskKind.File } read ? read.State?.Content : null;
    }

    private static (WorkingTree Folder, string Name) Placed(string path)
    {
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return (new WorkingTree(Path.GetDirectoryName(file)!, ReportBytesMax), Path.GetFileName(file));
    }
}
