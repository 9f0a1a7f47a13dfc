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
