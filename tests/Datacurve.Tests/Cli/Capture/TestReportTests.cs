using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Capture.TestRuns;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>Which file is the report of a run of tests.</summary>
public sealed class TestReportTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly CapturedRepository _repository = new();
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private TestRunRecorder _recorder = null!;

    public async ValueTask InitializeAsync()
    {
        _repository.Commit("base");
        await _repository.StartAsync();
        _recorder = new TestRunRecorder(_repository.Recording, (_, content) => content, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => _repository.DisposeAsync();

    [Fact]
    public async Task The_report_that_a_run_wrote_is_kept_with_it()
    {
        var command = Begun("pytest --junitxml=out/new.xml");
        _recorder.Begin(command);
        _repository.Write("out/written.xml", "<testsuites/>");
        File.CreateSymbolicLink(_repository.PathOf("out/new.xml"), "written.xml");

        await _recorder.EndAsync(Ended(command), new EventContext { Branch = "main" }, CapturedRepository.Ct);

        var run = Assert.Single(await _repository.EventsAsync(), one => one.Payload is TestRun);
        var report = ((TestRun)run.Payload).ReportBlobId!.Value;
        Assert.Equal("<testsuites/>"u8, _repository.Recording.Files.Blobs.Read(report)!);
        Assert.Equal(("main", command.EventId.ToString()), (run.Context!.Branch, run.Context!.CorrelationId));
    }

    // A report of an earlier run is from before, also where the clock was set back since.
    [Theory]
    [InlineData("pytest --junitxml=old.xml", "old.xml", -1)]
    [InlineData("pytest --junitxml=old.xml", "old.xml", 1)]
    [InlineData("pytest", "junit.xml", -1)]
    [InlineData("pytest", "junit.xml", 1)]
    public async Task The_report_of_an_earlier_run_is_none(string line, string path, int writtenHours)
    {
        Write(path, "<old/>", _now + (writtenHours * Hour));
        var command = Begun(line);
        _recorder.Begin(command);

        Assert.Null(await ReportOfAsync(command));
    }

    // As the run writes it, or as it was written beside it and put there with its old time.
    [Theory]
    [InlineData("pytest --junitxml=new.xml", "new.xml", -1)]
    [InlineData("pytest --junitxml=new.xml", "new.xml", 1)]
    [InlineData("pytest", "junit.xml", -1)]
    [InlineData("pytest", "junit.xml", 1)]
    public async Task A_report_is_the_runs_own_whatever_is_done_to_the_clock(
        string line,
        string path,
        int writtenHours
    )
    {
        Write(path, "<old/>", _now - Hour);
        var command = Begun(line);
        _recorder.Begin(command);
        Write(path, "<new/>", _now + (writtenHours * Hour));

        var report = (await ReportOfAsync(command))!.Value;
        Assert.Equal("<new/>"u8, _repository.Recording.Files.Blobs.Read(report)!);
    }

    [Fact]
    public async Task A_report_is_the_runs_own_that_was_there_before_anybody_looked()
    {
        var command = Begun("pytest");
        Write("junit.xml", "<new/>", TimeProvider.System.GetUtcNow());
        _recorder.Begin(command);

        Assert.NotNull(await ReportOfAsync(command));
    }

    [Theory]
    [InlineData("mkfifo", "pipe.xml")]
    [InlineData("ln -s /dev/ptmx", "terminal.xml")]
    public async Task What_is_no_file_is_no_report_and_not_waited_for(string make, string name)
    {
        var command = Begun($"pytest --junitxml={name}");
        _recorder.Begin(command);
        string[] words = [.. make.Split(' '), _repository.PathOf(name)];
        using (var making = System.Diagnostics.Process.Start(words[0], words[1..]))
            await making.WaitForExitAsync(CapturedRepository.Ct);

        var report = await Task.Run(() => ReportOfAsync(command), CapturedRepository.Ct)
            .WaitAsync(TimeSpan.FromSeconds(20), CapturedRepository.Ct);

        Assert.Null(report);
    }

    private void Write(string path, string text, DateTimeOffset at)
    {
        _repository.Write(path, text);
        File.SetLastWriteTimeUtc(_repository.PathOf(path), at.UtcDateTime);
    }

    private async Task<BlobId?> ReportOfAsync(ShellCommand command)
    {
        var added = await _recorder.EndAsync(Ended(command), new EventContext(), CapturedRepository.Ct);
        return ((TestRun)added!.Payload).ReportBlobId;
    }

    private ShellCommand Begun(string line) =>
        new()
        {
            EventId = Guid.NewGuid(),
            CommandLine = line,
            Cwd = _repository.Root,
            StartMs = _now.ToUnixTimeMilliseconds(),
        };

    private static ShellCommand Ended(ShellCommand command) =>
        command with
        {
            ExitCode = 0,
            EndMs = command.StartMs + 1500,
            DurationMs = 1500,
        };
}
