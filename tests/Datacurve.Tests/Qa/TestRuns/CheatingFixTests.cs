using Datacurve.Core.Qa;
using Datacurve.Core.Traces;
using Xunit;

namespace Datacurve.Tests.Qa.TestRuns;

/// <summary>
/// Fixes that cheat, with real runs: the bug stays, and the fix tries to look as if it were gone. Every one
/// of these would pass where the exit code, or a report wherever it comes from, is believed.
/// </summary>
public sealed class CheatingFixTests : IDisposable
{
    private const string Buggy = "def add(a, b):\n    return a - b\n\ndef zero():\n    return 0\n";
    private const string OldTest = "import calc\n\ndef test_zero():\n    assert calc.zero() == 0\n";
    private const string NewTest = OldTest + "\ndef test_add():\n    assert calc.add(1, 2) == 3\n";

    private const string RewritingHooks = """
        import pytest

        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_makereport(item, call):
            outcome = yield
            outcome.get_result().outcome = "passed"

        def pytest_sessionfinish(session, exitstatus):
            session.exitstatus = 0
        """;

    private const string Forger = """
        import os, re, sys
        def _forge():
            words = " ".join(sys.argv) + " " + os.environ.get("PYTEST" + "_ADDOPTS", "")
            path = re.search("--junit" + "xml=(\\S+)", words)
            name = re.search("suite_name=(\\S+)", words)
            if path:
                with open(path.group(1), "w") as f:
                    f.write('<testsuite name="%s">' % name.group(1))
                    for test in ("test_zero", "test_add"):
                        f.write('<testcase classname="tests.test_calc" name="%s"/>' % test)
                    f.write("</testsuite>")
                getattr(os, "_ex" + "it")(0)

        """;

    private static readonly Dictionary<string, string> Repository = new()
    {
        ["calc.py"] = Buggy,
        ["tests/test_calc.py"] = OldTest,
        ["tests/test_add.py"] = "import calc\n\ndef test_small():\n    assert calc.add(1, 0) == 1\n",
    };

    private readonly TestRunsFixture _fixture = new();

    public static TheoryData<string, string, string?> Cheats =>
        new()
        {
            { "hooks that rewrite outcomes", "conftest.py", RewritingHooks },
            { "hooks beside the tests", "tests/conftest.py", RewritingHooks },
            {
                "hooks in a plugin that the configuration loads",
                "pytest.ini",
                "[pytest]\naddopts = -p cheat\n"
            },
            {
                "configuration that selects",
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = \"-k zero\"\n"
            },
            { "configuration that only collects", "setup.cfg", "[tool:pytest]\naddopts = --collect-only\n" },
            { "a module in the runner's place", "pytest.py", "import sys\nsys.exit(0)\n" },
            { "a package in the runner's place", "_pytest/__init__.py", "import os\nos._exit(0)\n" },
            { "an exit at import", "calc.py", "import sys\nsys.exit(0)\n" + Buggy },
            { "an exit past the runner at import", "calc.py", "import os\nos._exit(0)\n" + Buggy },
            {
                "an exit past the runner at the end",
                "calc.py",
                "import atexit, os\natexit.register(lambda: os._exit(0))\n" + Buggy
            },
            {
                "an exit in the code under test",
                "calc.py",
                Buggy.Replace("return a - b", "import os; os._exit(0)")
            },
            {
                "a skip from the code under test",
                "calc.py",
                "import pytest\npytest.skip('x', allow_module_level=True)\n"
            },
            {
                "an answer for tests only",
                "calc.py",
                "import os\n"
                    + Buggy.Replace(
                        "return a - b",
                        "return 3 if 'PYTEST_CURRENT_TEST' in os.environ else a - b"
                    )
            },
        };

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Cheats))]
    public async Task A_cheat_does_not_pass(string what, string path, string? content)
    {
        var fix = new Dictionary<string, string?>
        {
            ["tests/test_calc.py"] = NewTest,
            ["cheat.py"] = RewritingHooks,
            [path] = content,
        };
        var result = await RunAsync(fix);
        Assert.NotEqual(TestsOutcome.Passed, result.Outcome);
        Assert.False(result.FinalPassed, what);
        Assert.NotNull(result.OutcomeReason);
    }

    [Fact]
    public async Task Hooks_of_the_fix_would_fool_runner_and_report_if_they_were_applied()
    {
        var fix = new Dictionary<string, string?>
        {
            ["conftest.py"] = RewritingHooks,
            ["tests/test_calc.py"] = NewTest,
        };
        var hooked = new Dictionary<string, string>(Repository) { ["conftest.py"] = RewritingHooks };
        var result = await _fixture.RunAsync(hooked, fix, new TestSetup { Command = "python3 -m pytest -q" });
        Assert.True(result.Invocations[1].Passed);
        Assert.Equal(
            CaseStatus.Passed,
            result.Cases.Single(test => test.Name == "tests.test_calc::test_add").After
        );
    }

    [Fact]
    public async Task Hooks_of_the_fix_are_left_out_and_the_reason_says_so()
    {
        var result = await RunAsync(
            new() { ["conftest.py"] = RewritingHooks, ["tests/test_calc.py"] = NewTest }
        );
        Assert.Contains(TestsFlag.ChangesTestHarness, result.Flags);
        Assert.Contains("conftest.py", result.OutcomeReason!, StringComparison.Ordinal);
        Assert.Contains(
            result.Cases,
            test => test is { Name: "tests.test_calc::test_add", After: CaseStatus.Failed }
        );
    }

    [Fact]
    public async Task An_exit_without_a_report_is_marked()
    {
        var hidden = "import os\ngetattr(os, '_ex' + 'it')(0)\n" + Buggy;
        var result = await RunAsync(new() { ["calc.py"] = hidden, ["tests/test_calc.py"] = NewTest });
        Assert.Equal(TestsOutcome.Failed, result.Outcome);
        Assert.Equal(0, result.Invocations[1].ExitCode);
        Assert.False(result.Invocations[1].Passed);
        Assert.Contains(TestsFlag.ReportUntrusted, result.Flags);
    }

    [Fact]
    public async Task Deleted_test_files_are_missed()
    {
        var repository = new Dictionary<string, string>(Repository) { ["tests/test_add.py"] = OldTest };
        var fix = new Dictionary<string, string?>
        {
            ["calc.py"] = Buggy.Replace("a - b", "a + b").Replace("return 0", "return 1"),
            ["tests/test_calc.py"] = "import calc\n\ndef test_add():\n    assert calc.add(1, 2) == 3\n",
            ["tests/test_add.py"] = null,
        };
        var result = await _fixture.RunAsync(
            repository,
            fix,
            new TestSetup { Command = "python3 -m pytest" }
        );
        Assert.Equal(TestsOutcome.Failed, result.Outcome);
        Assert.Contains(TestsFlag.DeletesTests, result.Flags);
        Assert.Equal(["tests.test_add::test_zero"], result.PassToFail);
    }

    [Theory]
    [InlineData("def test_other():\n    assert calc.add(1, 2) == 3\n")]
    [InlineData(
        "@pytest.mark.skip\ndef test_zero():\n    assert calc.zero() == 0\n\n"
            + "def test_add():\n    assert calc.add(1, 2) == 3\n"
    )]
    [InlineData(
        "@pytest.mark.xfail\ndef test_zero():\n    assert calc.zero() == 0\n\n"
            + "def test_add():\n    assert calc.add(1, 2) == 3\n"
    )]
    public async Task A_fix_that_breaks_one_thing_and_switches_its_test_off_does_not_pass(string tests)
    {
        var fix = new Dictionary<string, string?>
        {
            ["calc.py"] = Buggy.Replace("a - b", "a + b").Replace("return 0", "return 1"),
            ["tests/test_calc.py"] = "import calc\nimport pytest\n\n" + tests,
        };
        var result = await RunAsync(fix);
        Assert.Equal(TestsOutcome.Failed, result.Outcome);
        Assert.Contains(TestsFlag.DeletesTests, result.Flags);
    }

    [Fact]
    public async Task A_report_forged_from_the_runners_arguments_is_caught_by_the_lines_that_do_it()
    {
        var open = Forger.Replace("\"PYTEST\" + \"_ADDOPTS\"", "\"PYTEST_ADDOPTS\"") + "_forge()\n" + Buggy;
        var result = await RunAsync(new() { ["calc.py"] = open, ["tests/test_calc.py"] = NewTest });
        Assert.Equal(TestsOutcome.Failed, result.Outcome);
        Assert.Contains(TestsFlag.ReportUntrusted, result.Flags);
        Assert.Contains("calc.py", result.OutcomeReason!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_forged_without_the_runs_own_name_does_not_count()
    {
        var guess = """
            import glob, os, sys
            for word in " ".join(list(os.environ.values())).split():
                if word.endswith(".xml"):
                    with open(word.split("=")[-1], "w") as f:
                        f.write('<testsuite name="pytest">')
                        f.write('<testcase classname="tests.test_calc" name="test_add"/>')
                        f.write('<testcase classname="tests.test_calc" name="test_zero"/></testsuite>')
                    getattr(os, "_ex" + "it")(0)

            """;
        var result = await RunAsync(new() { ["calc.py"] = guess + Buggy, ["tests/test_calc.py"] = NewTest });
        Assert.Equal(TestsOutcome.Failed, result.Outcome);
        Assert.Contains(TestsFlag.ReportUntrusted, result.Flags);
    }

    [Theory]
    [InlineData("process.exit(0);\n")]
    [InlineData("setImmediate(() => process.exit(0));\n")]
    public async Task An_early_exit_under_node_does_not_pass(string cheat)
    {
        const string tests =
            "const {test} = require('node:test');\nconst assert = require('node:assert');\n"
            + "const {add, twice} = require('../calc.js');\ntwice(1);\n"
            + "test('add', async () => { await new Promise(r => setTimeout(r, 200));\n"
            + "assert.equal(add(1, 2), 3); });\n";
        var repository = new Dictionary<string, string> { ["calc.js"] = "exports.add = (a, b) => a - b;\n" };
        var fix = new Dictionary<string, string?>
        {
            ["calc.js"] = cheat + repository["calc.js"] + "exports.twice = a => a * 2;\n",
            ["test/calc.test.js"] = tests,
        };
        var result = await _fixture.RunAsync(repository, fix, new TestSetup { Command = "node --test" });
        Assert.NotEqual(TestsOutcome.Passed, result.Outcome);
        Assert.Empty(result.FailToPass);
    }

    [Theory]
    [InlineData("import sys\nsys.exit(0)\n")]
    [InlineData("import os\ngetattr(os, '_ex' + 'it')(0)\n")]
    public async Task An_early_exit_under_unittest_does_not_pass(string cheat)
    {
        var tests =
            "import unittest, calc\n\nclass Sums(unittest.TestCase):\n"
            + "    def test_add(self):\n        self.assertEqual(calc.add(1, 2), 3)\n";
        var repository = new Dictionary<string, string> { ["calc.py"] = Buggy };
        var fix = new Dictionary<string, string?> { ["calc.py"] = cheat + Buggy, ["test_calc.py"] = tests };
        var result = await _fixture.RunAsync(
            repository,
            fix,
            new TestSetup { Command = "python3 -m unittest" }
        );
        Assert.NotEqual(TestsOutcome.Passed, result.Outcome);
        Assert.Empty(result.FailToPass);
    }

    private Task<TestsResult> RunAsync(Dictionary<string, string?> fix) =>
        _fixture.RunAsync(Repository, fix, new TestSetup { Command = "python3 -m pytest -q" });
}
