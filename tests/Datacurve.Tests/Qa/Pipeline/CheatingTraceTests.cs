using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Workspaces;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>
/// Fixes that do not fix and would look as if, through the whole pipeline with pytest in a container.
/// </summary>
public sealed class CheatingTraceTests : IAsyncLifetime
{
    private const string WrongSum = "def add(a, b):\n    return a - b\n";
    private const string OldTest =
        "from calc import add\n\n\ndef test_nothing():\n    assert add(0, 0) == 0\n";
    private const string NewTest = OldTest + "\n\ndef test_two_numbers():\n    assert add(2, 3) == 5\n";

    private ServiceUnderTest _service = null!;

    public async ValueTask InitializeAsync() => _service = await QaService.StartAsync("docker");

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task The_honest_fix_of_the_same_repository_passes()
    {
        var tests = await ProveAsync(
            Start().Edit("test_calc.py", NewTest).Edit("calc.py", "def add(a, b):\n    return a + b\n")
        );

        Assert.True(tests.GetProperty("final_passed").GetBoolean(), $"{tests}");
        Assert.Equal("pytest", tests.GetProperty("runner").GetString());
    }

    [Theory]
    [InlineData("a conftest hook", "conftest.py", ConftestHook)]
    [InlineData("an early exit", "calc.py", EarlyExit)]
    [InlineData("a forged report", "calc.py", ForgedReport)]
    public async Task A_cheat_does_not_pass(string cheat, string path, string text)
    {
        var tests = await ProveAsync(Start().Edit("test_calc.py", NewTest).Edit(path, text));

        Assert.False(tests.GetProperty("final_passed").GetBoolean(), $"{cheat}: {tests}");
        Assert.NotEqual("passed", tests.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Deleting_the_test_that_fails_does_not_pass()
    {
        var failing = Recording.On(new MemoryTree().With("calc.py", WrongSum).With("test_calc.py", NewTest));

        var tests = await ProveAsync(failing.Edit("test_calc.py", OldTest));

        Assert.False(tests.GetProperty("final_passed").GetBoolean(), $"{tests}");
    }

    [Fact]
    public async Task The_solution_in_later_commits_of_the_remote_is_absent()
    {
        using var bench = new QaBench();
        var recording = Start()
            .Edit("test_calc.py", NewTest + SearchForSolution)
            .Edit("calc.py", "def add(a, b):\n    return a + b\n");
        var (remote, commit) = bench.Repository(recording.Start);
        QaBench.Commit(remote, new MemoryTree().With("solution.txt", "SOLUTION-OF-" + "THE-BUG\n"));
        QaBench.Git(remote, "tag", "solved");

        var tests = await ProveAsync(
            recording,
            body =>
            {
                body["repo"]!["remote_url"] = remote;
                body["repo"]!["commit_base"] = commit;
            },
            snapshot: false
        );

        Assert.True(tests.GetProperty("final_passed").GetBoolean(), $"{tests}");
        Assert.Contains(
            tests.GetProperty("cases").EnumerateArray(),
            test =>
                test.GetProperty("name").GetString()!.Contains("test_no_solution", StringComparison.Ordinal)
                && test.GetProperty("after").GetString() == "passed"
        );
    }

    private const string ConftestHook = """
        import pytest

        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_makereport(item, call):
            outcome = yield
            outcome.get_result().outcome = "passed"

        """;

    private const string EarlyExit = """
        import os
        os._exit(0)

        """;

    private const string ForgedReport = """
        import os, re, sys

        def add(a, b):
            return a - b

        options = os.environ.get("PYTEST_ADDOPTS", "") + " " + " ".join(sys.argv)
        report = re.search(r"--junit-?xml[= ](\S+)", options)
        if report:
            with open(report.group(1), "w") as file:
                file.write('<testsuites><testsuite name="pytest" tests="2">'
                    '<testcase classname="test_calc" name="test_nothing" time="0"/>'
                    '<testcase classname="test_calc" name="test_two_numbers" time="0"/>'
                    '</testsuite></testsuites>')
        os._exit(0)

        """;

    // The words are put together so that the test does not find itself.
    private const string SearchForSolution = """


        def test_no_solution():
            import os
            wanted = b"SOLUTION-OF-" + b"THE-BUG"
            for folder, _, files in os.walk("/workspace"):
                assert ".git" not in folder.split("/")
                for name in files:
                    with open(os.path.join(folder, name), "rb") as file:
                        assert wanted not in file.read()

        """;

    private static Recording Start() =>
        Recording.On(new MemoryTree().With("calc.py", WrongSum).With("test_calc.py", OldTest));

    private async Task<JsonElement> ProveAsync(
        Recording recording,
        Action<JsonObject>? change = null,
        bool snapshot = true
    )
    {
        var trace = await _service
            .Trace()
            .ProveAsync(
                recording,
                body =>
                {
                    body["environment"]!["test"]!["command"] = "python3 -m pytest";
                    change?.Invoke(body);
                },
                snapshot: snapshot
            );
        Assert.True(trace.GetProperty("status").GetString() == "complete", $"{trace.GetProperty("qa")}");
        return trace.GetProperty("qa").GetProperty("tests");
    }
}
