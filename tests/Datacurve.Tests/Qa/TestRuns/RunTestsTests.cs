using Datacurve.Core.Qa;
using Datacurve.Core.Traces;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Xunit;

namespace Datacurve.Tests.Qa.TestRuns;

/// <summary>Real runners on a real bug: pytest, unittest and node are on the machine, as in CI.</summary>
public sealed class RunTestsTests : IDisposable
{
    private const string Buggy = "def add(a, b):\n    return a - b\n\ndef zero():\n    return 0\n";
    private const string Fixed = "def add(a, b):\n    return a + b\n\ndef zero():\n    return 0\n";
    private const string OldTest = "import calc\n\ndef test_zero():\n    assert calc.zero() == 0\n";
    private const string NewTest = OldTest + "\ndef test_add():\n    assert calc.add(1, 2) == 3\n";

    private static readonly Dictionary<string, string> Repository = new()
    {
        ["calc.py"] = Buggy,
        ["tests/test_calc.py"] = OldTest,
    };

    private static readonly Dictionary<string, string?> Fix = new()
    {
        ["calc.py"] = Fixed,
        ["tests/test_calc.py"] = NewTest,
    };

    private readonly TestRunsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("/usr/bin/python3 -m pytest -q")]
    [InlineData("PYTHONPATH=. pytest")]
    [InlineData("cd tests && PYTHONPATH=.. pytest -q .")]
    public async Task A_fix_that_turns_a_failing_test_passes_under_pytest(string command)
    {
        var result = await _fixture.RunAsync(Repository, Fix, new TestSetup { Command = command });

        Assert.Equal((TestsOutcome.Passed, null), (result.Outcome, result.OutcomeReason));
        Assert.True(result.FinalPassed);
        Assert.False(result.ExitCodeOnly);
        Assert.EndsWith("test_calc::test_add", Assert.Single(result.FailToPass), StringComparison.Ordinal);
        Assert.EndsWith("test_calc::test_zero", Assert.Single(result.PassToPass), StringComparison.Ordinal);
        Assert.Empty(result.Flags);
        Assert.Equal([RunPhase.Before, RunPhase.After], result.Invocations.Select(run => run.Phase));
        Assert.Equal([1, 0], result.Invocations.Select(run => run.ExitCode));
        Assert.Equal([false, true], result.Invocations.Select(run => run.Passed));
        Assert.Contains(
            "<testsuite",
            _fixture.Blobs.Text(result.Invocations[1].ReportBlobId),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "1 failed",
            _fixture.Blobs.Text(result.Invocations[0].StdoutBlobId),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Every_run_asks_for_another_report()
    {
        await _fixture.RunAsync(Repository, Fix, new TestSetup { Command = "python3 -m pytest" });
        Assert.Equal(2, _fixture.Sandbox.Runs.SelectMany(run => run.ReportPaths).Distinct().Count());
        Assert.All(
            _fixture.Sandbox.Runs,
            run => Assert.Matches("^/reports/[0-9a-f]{32}\\.xml$", run.ReportPaths[0])
        );
    }

    [Fact]
    public async Task A_make_target_that_runs_pytest_reports_through_the_environment()
    {
        var repository = With(Repository, "Makefile", "test:\n\tpython3 -m pytest -q\n");
        var result = await _fixture.RunAsync(repository, Fix, new TestSetup { Command = "make test" });
        Assert.Equal(
            (TestsOutcome.Passed, "custom", false),
            (result.Outcome, result.Runner, result.ExitCodeOnly)
        );
        Assert.Single(result.FailToPass);
    }

    [Fact]
    public async Task A_command_without_a_report_is_judged_by_its_exit_code_and_says_so()
    {
        var command = "python3 -c 'import calc; assert calc.add(1, 2) == 3'";
        var result = await _fixture.RunAsync(Repository, Fix, new TestSetup { Command = command });
        Assert.Equal((TestsOutcome.Passed, true), (result.Outcome, result.ExitCodeOnly));
        Assert.Empty(result.Cases);
    }

    [Fact]
    public async Task A_report_is_read_from_where_the_trace_says()
    {
        var setup = new TestSetup
        {
            Command = "sh ci.sh",
            Runner = "pytest",
            ReportPath = "out/report.xml",
        };
        var repository = With(Repository, "ci.sh", "python3 -m pytest --junitxml=out/report.xml\n");
        var result = await _fixture.RunAsync(repository, Fix, setup);
        Assert.Equal((TestsOutcome.Passed, null), (result.Outcome, result.OutcomeReason));
        Assert.Single(result.FailToPass);
    }

    [Fact]
    public async Task A_report_that_lies_there_before_the_run_does_not_count()
    {
        var setup = new TestSetup
        {
            Command = "true",
            Runner = "pytest",
            ReportPath = "report.xml",
        };
        var fix = new Dictionary<string, string?>(Fix)
        {
            ["report.xml"] = "<testsuite><testcase name=\"test_add\"/></testsuite>",
        };
        var result = await _fixture.RunAsync(Repository, fix, setup);
        Assert.Equal(TestsOutcome.Failed, result.Outcome);
        Assert.Contains(TestsFlag.ReportUntrusted, result.Flags);
    }

    [Theory]
    [InlineData("python3 -m unittest")]
    [InlineData("python3 -m unittest discover -s tests -t . -v")]
    public async Task Unittest_runs_with_a_report_of_its_own(string command)
    {
        const string old =
            "import unittest\nimport calc\n\nclass Sums(unittest.TestCase):\n"
            + "    def test_zero(self):\n        self.assertEqual(calc.zero(), 0)\n\n"
            + "    @unittest.skip('later')\n    def test_later(self):\n        pass\n";
        const string news =
            old
            + "\n    def test_add(self):\n        for n in (1, 2):\n            with self.subTest(n=n):\n"
            + "                self.assertEqual(calc.add(n, 1), n + 1)\n";
        var repository = new Dictionary<string, string>
        {
            ["calc.py"] = Buggy,
            ["tests/__init__.py"] = "",
            ["tests/test_calc.py"] = old,
        };
        var fix = new Dictionary<string, string?> { ["calc.py"] = Fixed, ["tests/test_calc.py"] = news };

        var result = await _fixture.RunAsync(repository, fix, new TestSetup { Command = command });

        Assert.Equal(
            (TestsOutcome.Passed, "unittest", null),
            (result.Outcome, result.Runner, result.OutcomeReason)
        );
        Assert.Equal(["tests.test_calc.Sums::test_add"], result.FailToPass);
        Assert.Equal(["tests.test_calc.Sums::test_zero"], result.PassToPass);
        Assert.Contains(result.Cases, test => test is { After: CaseStatus.Skipped });
    }

    [Theory]
    [InlineData("node --test")]
    [InlineData("npm test")]
    public async Task Node_runs_with_a_tap_report(string command)
    {
        const string head =
            "const {test} = require('node:test');\nconst assert = require('node:assert');\n"
            + "const {add} = require('../calc.js');\ntest('zero', () => assert.equal(add(0, 0), 0));\n";
        var repository = new Dictionary<string, string>
        {
            ["package.json"] = """{"scripts":{"test":"node --test"}}""",
            ["calc.js"] = "exports.add = (a, b) => a - b;\n",
            ["test/calc.test.js"] = head,
        };
        var fix = new Dictionary<string, string?>
        {
            ["calc.js"] = "exports.add = (a, b) => a + b;\n",
            ["test/calc.test.js"] = head + "test('add', () => assert.equal(add(1, 2), 3));\n",
        };

        var result = await _fixture.RunAsync(repository, fix, new TestSetup { Command = command });

        Assert.Equal(
            (TestsOutcome.Passed, "node", null),
            (result.Outcome, result.Runner, result.OutcomeReason)
        );
        Assert.Equal(["add"], result.FailToPass);
        Assert.Equal(["zero"], result.PassToPass);
    }

    [Fact]
    public async Task A_fix_without_tests_needs_a_passing_run_only()
    {
        var fix = new Dictionary<string, string?> { ["calc.py"] = Fixed };
        var result = await _fixture.RunAsync(
            Repository,
            fix,
            new TestSetup { Command = "python3 -m pytest" }
        );
        Assert.Equal(TestsOutcome.Passed, result.Outcome);
        Assert.Equal([TestsFlag.NoTestFailsBefore], result.Flags);
    }

    [Fact]
    public async Task Tests_that_pass_without_the_fix_prove_nothing()
    {
        var fix = With(Fix!, "tests/test_calc.py", OldTest + "\ndef test_more():\n    assert True\n");
        var result = await _fixture.RunAsync(
            Repository,
            fix!,
            new TestSetup { Command = "python3 -m pytest" }
        );
        Assert.Equal(TestsOutcome.Failed, result.Outcome);
        Assert.Equal([TestsFlag.NoTestFailsBefore], result.Flags);
    }

    [Fact]
    public async Task An_empty_fix_fails_and_runs_nothing()
    {
        var result = await _fixture.RunAsync(Repository, [], new TestSetup());
        Assert.Equal((TestsOutcome.Failed, 0), (result.Outcome, result.Invocations.Count));
        Assert.NotNull(result.OutcomeReason);
    }

    [Fact]
    public async Task A_before_run_that_hangs_is_an_outcome_and_the_fix_can_pass()
    {
        var repository = With(Repository, "calc.py", "import time\ntime.sleep(60)\n");
        using var fixture = new TestRunsFixture
        {
            Options = new TestOptions { TimeoutSeconds = 5, Repeats = 2 },
        };
        var result = await fixture.RunAsync(repository, Fix, new TestSetup { Command = "python3 -m pytest" });
        Assert.Equal([true, false, false], result.Invocations.Select(run => run.TimedOut));
        Assert.Equal(TestsOutcome.Passed, result.Outcome);
    }

    [Fact]
    public async Task Repeats_find_a_flaky_test()
    {
        var counter = Path.Combine(Path.GetTempPath(), "datacurve-flaky-" + Guid.NewGuid().ToString("N"));
        var flaky =
            NewTest
            + $"\ndef test_flaky():\n    with open('{counter}', 'a+') as f:\n        f.write('x')\n"
            + "        f.seek(0)\n        assert len(f.read()) != 4\n";
        using var fixture = new TestRunsFixture
        {
            Options = new TestOptions { TimeoutSeconds = 60, Repeats = 2 },
        };
        try
        {
            var fix = With(Fix!, "tests/test_calc.py", flaky);
            var result = await fixture.RunAsync(
                Repository,
                fix!,
                new TestSetup { Command = "python3 -m pytest" }
            );
            Assert.Equal(["tests.test_calc::test_flaky"], result.Flaky);
            Assert.Equal((TestsOutcome.Failed, 4), (result.Outcome, result.Invocations.Count));
        }
        finally
        {
            File.Delete(counter);
        }
    }

    [Fact]
    public async Task A_runner_that_is_not_there_says_nothing_about_the_fix()
    {
        var result = await _fixture.RunAsync(Repository, Fix, new TestSetup { Command = "go test ./..." });
        Assert.Equal(TestsOutcome.NotReproducible, result.Outcome);
    }

    [Fact]
    public async Task A_command_that_selects_nothing_ran_no_test()
    {
        var setup = new TestSetup { Command = "python3 -m pytest -k nothing_of_this_name" };
        var result = await _fixture.RunAsync(Repository, Fix, setup);
        Assert.Equal(TestsOutcome.NoTests, result.Outcome);
    }

    [Fact]
    public async Task A_setup_that_cannot_be_followed_is_a_finding_about_the_trace()
    {
        var setup = new TestSetup { Command = "pytest", Workdir = "../.." };
        await Assert.ThrowsAsync<NotReproducibleException>(() => _fixture.RunAsync(Repository, Fix, setup));
    }

    private static Dictionary<string, T> With<T>(Dictionary<string, T> files, string path, T content) =>
        new(files) { [path] = content };
}
