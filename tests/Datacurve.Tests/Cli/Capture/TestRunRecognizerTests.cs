using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Capture.TestRuns;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

public sealed class TestRunRecognizerTests
{
    private static readonly Guid Id = Guid.NewGuid();

    [Theory]
    [InlineData("pytest", TestRunner.Pytest)]
    [InlineData("pytest -q tests/test_a.py::test_b", TestRunner.Pytest)]
    [InlineData("python -m pytest -x", TestRunner.Pytest)]
    [InlineData("python3.11 -m pytest", TestRunner.Pytest)]
    [InlineData("/usr/bin/env python3 -m unittest -v", TestRunner.Custom)]
    [InlineData("A=b C='d e' pytest", TestRunner.Pytest)]
    [InlineData("cd pkg && uv run pytest -q", TestRunner.Pytest)]
    [InlineData("poetry run python -m pytest", TestRunner.Pytest)]
    [InlineData("coverage run -m pytest", TestRunner.Pytest)]
    [InlineData("timeout 60s pytest", TestRunner.Pytest)]
    [InlineData("time pytest 2>&1", TestRunner.Pytest)]
    [InlineData("rm -f x; pytest", TestRunner.Pytest)]
    [InlineData("pytest # all of them", TestRunner.Pytest)]
    [InlineData("./venv/bin/pytest", TestRunner.Pytest)]
    [InlineData("go test ./...", TestRunner.GoTest)]
    [InlineData("npm test", TestRunner.NpmTest)]
    [InlineData("npm run test:unit -- --watch=false", TestRunner.NpmTest)]
    [InlineData("npx vitest run", TestRunner.NpmTest)]
    [InlineData("yarn jest --ci", TestRunner.NpmTest)]
    [InlineData("node --test", TestRunner.NpmTest)]
    [InlineData("make -j4 test", TestRunner.MakeTest)]
    [InlineData("cargo test", TestRunner.Custom)]
    [InlineData("cargo nextest run", TestRunner.Custom)]
    [InlineData("dotnet test -c Release", TestRunner.Custom)]
    [InlineData("./mvnw -q test", TestRunner.Custom)]
    [InlineData("./gradlew :core:test", TestRunner.Custom)]
    [InlineData("python manage.py test app", TestRunner.Custom)]
    public void A_run_of_tests_is_recognized(string line, TestRunner runner)
    {
        Assert.Equal(runner, TestRunRecognizer.Recognize(Ended(line, 1))?.Runner);
        Assert.False(TestRunRecognizer.Recognize(Ended(line, 1))!.Passed);
        Assert.True(TestRunRecognizer.Recognize(Ended(line, 0))!.Passed);
    }

    [Theory]
    [InlineData("grep pytest setup.py")]
    [InlineData("pip install pytest")]
    [InlineData("echo 'pytest'")]
    [InlineData("vim tests/test_a.py")]
    [InlineData("pytest --version")]
    [InlineData("pytest --collect-only")]
    [InlineData("cargo test --no-run")]
    [InlineData("go vet ./...")]
    [InlineData("go build test")]
    [InlineData("make all")]
    [InlineData("make -n test")]
    [InlineData("npm install")]
    [InlineData("npm run build")]
    [InlineData("git commit -m 'run pytest'")]
    [InlineData("# pytest")]
    [InlineData("test -f x")]
    [InlineData("")]
    public void Another_command_is_none(string line) =>
        Assert.Null(TestRunRecognizer.Recognize(Ended(line, 0)));

    [Theory]
    [InlineData("pytest | tail -5", 0)]
    [InlineData("pytest || true", 0)]
    [InlineData("pytest &", 0)]
    [InlineData("pytest; echo done", 0)]
    [InlineData("pytest && git push", 1)]
    [InlineData("make build && pytest", 1)]
    public void A_result_that_is_not_the_tests_own_is_not_claimed(string line, int exitCode) =>
        Assert.Null(TestRunRecognizer.Recognize(Ended(line, exitCode)));

    [Theory]
    [InlineData("pytest && git push")]
    [InlineData("make build && pytest")]
    public void A_line_that_ended_well_passed_its_tests(string line) =>
        Assert.True(TestRunRecognizer.Recognize(Ended(line, 0))!.Passed);

    [Fact]
    public async Task The_report_that_a_run_wrote_is_kept_with_it()
    {
        await using var repository = new CapturedRepository();
        repository.Write("a.py", "a\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("old.xml", "<old/>");
        File.SetLastWriteTimeUtc(repository.PathOf("old.xml"), DateTime.UnixEpoch);
        repository.Write("out/written.xml", "<testsuites/>");
        File.CreateSymbolicLink(repository.PathOf("out/new.xml"), "written.xml");
        var recorder = new TestRunRecorder(repository.Recording, (_, content) => content);

        foreach (var line in (string[])["pytest --junitxml=out/new.xml", "pytest --junitxml old.xml", "ls"])
            await recorder.RecordAsync(
                Ended(line, 0) with
                {
                    Cwd = repository.Root,
                },
                new EventContext { Branch = "main" },
                CapturedRepository.Ct
            );

        var runs = (await repository.EventsAsync()).Where(one => one.Payload is TestRun).ToList();
        Assert.Equal(2, runs.Count);
        var report = ((TestRun)runs[0].Payload).ReportBlobId!.Value;
        Assert.Equal("<testsuites/>"u8, repository.Recording.Files.Blobs.Read(report)!);
        Assert.Equal(("main", Id.ToString()), (runs[0].Context!.Branch, runs[0].Context!.CorrelationId));
        Assert.Null(((TestRun)runs[1].Payload).ReportBlobId);
    }

    [Theory]
    [InlineData("mkfifo", "pipe.xml")]
    [InlineData("ln -s /dev/ptmx", "terminal.xml")]
    public async Task What_is_no_file_is_no_report_and_not_waited_for(string make, string name)
    {
        await using var repository = new CapturedRepository();
        repository.Commit("base");
        await repository.StartAsync();
        string[] words = [.. make.Split(' '), repository.PathOf(name)];
        using (var making = System.Diagnostics.Process.Start(words[0], words[1..]))
            await making.WaitForExitAsync(CapturedRepository.Ct);
        var recorder = new TestRunRecorder(repository.Recording, (_, content) => content);
        var ended = Ended($"pytest --junitxml={name}", 0) with { Cwd = repository.Root };

        var added = await Task.Run(
                () => recorder.RecordAsync(ended, new EventContext(), CapturedRepository.Ct),
                CapturedRepository.Ct
            )
            .WaitAsync(TimeSpan.FromSeconds(20), CapturedRepository.Ct);

        Assert.Null(((TestRun)added!.Payload).ReportBlobId);
    }

    private static ShellCommand Ended(string line, int exitCode) =>
        new()
        {
            EventId = Id,
            CommandLine = line,
            Cwd = "/nowhere",
            ExitCode = exitCode,
            StartMs = 1_000,
            EndMs = 2_500,
            DurationMs = 1_500,
        };
}
