using Datacurve.Cli.Capture.Terminal;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.TestRuns;

/// <summary>
/// Which commands are runs of tests, and how they ended. A line of several commands counts only where its
/// exit code is surely that of the tests: a wrong result would be worse than none.
/// </summary>
internal static class TestRunRecognizer
{
    // What precedes tests on a line and does not fail for another reason than a typing error.
    private static readonly string[] Harmless =
    [
        "cd",
        "pushd",
        "export",
        "source",
        ".",
        "clear",
        "echo",
        "printf",
        "set",
        "true",
        "pwd",
        "unset",
        "conda",
        "nvm",
    ];

    private static readonly string[] NoRun =
    [
        "--help",
        "-h",
        "--version",
        "--collect-only",
        "--co",
        "--fixtures",
        "--markers",
        "--list-tests",
        "--listTests",
        "--list",
        "--no-run",
        "-list",
        "--dry-run",
        "--showConfig",
        "--setup-plan",
    ];

    /// <summary>The run, without a report; null where the command runs no tests, or its result is not
    /// known.</summary>
    /// <param name="ended">A command that has ended.</param>
    public static TestRun? Recognize(ShellCommand ended)
    {
        if (ended is not { ExitCode: { } exitCode, DurationMs: { } durationMs })
            return null;
        var commands = ShellWords.Commands(ended.CommandLine);
        var at = commands.ToList().FindLastIndex(command => RunnerOf(command) is not null);
        if (at < 0 || !IsResultOf(commands, at, exitCode))
            return null;
        return new TestRun
        {
            Command = ended.CommandLine,
            Runner = RunnerOf(commands[at])!.Value,
            ExitCode = exitCode,
            DurationMs = durationMs,
            Passed = exitCode == 0,
        };
    }

    /// <summary>The runner of a simple command; null where it runs no tests.</summary>
    public static TestRunner? RunnerOf(SimpleCommand command)
    {
        if (command.Arguments.Any(NoRun.Contains))
            return null;
        var first = command.Arguments.FirstOrDefault(argument => !argument.StartsWith('-'));
        var runner = command.Program switch
        {
            "pytest" or "py.test" or "pytest-3" => TestRunner.Pytest,
            "python" or "python3" or "python2" or "pypy3" => OfPython(command),
            var python when python.StartsWith("python3.", StringComparison.Ordinal) => OfPython(command),
            "go" => first == "test" && !command.HasOption("-c") ? TestRunner.GoTest : null,
            "gotestsum" or "richgo" => TestRunner.GoTest,
            "npm" or "pnpm" or "yarn" or "bun" => OfNode(command),
            "jest" or "vitest" or "mocha" or "ava" or "jasmine" or "karma" => TestRunner.NpmTest,
            "node" => command.HasOption("--test") ? TestRunner.NpmTest : null,
            "make" or "gmake" or "just" or "task" => OfMake(command),
            "unittest"
            or "nose2"
            or "nosetests"
            or "tox"
            or "nox"
            or "rspec"
            or "phpunit"
            or "ctest"
            or "bats" => TestRunner.Custom,
            "cargo" => first is "test" or "nextest" or "t" ? TestRunner.Custom : null,
            "dotnet"
            or "mvn"
            or "mvnw"
            or "swift"
            or "zig"
            or "mix"
            or "stack"
            or "cabal"
            or "bazel"
            or "deno" => command.Arguments.Contains("test") || (first == "verify") ? TestRunner.Custom : null,
            "gradle" or "gradlew" => command.Arguments.Any(IsGradleTest) ? TestRunner.Custom : null,
            "rake" or "rails" or "sbt" or "lein" => first is "test" or "spec" ? TestRunner.Custom : null,
            _ => (TestRunner?)null,
        };
        return runner;
    }

    private static bool IsResultOf(IReadOnlyList<SimpleCommand> commands, int at, int exitCode)
    {
        var behind = commands.Skip(at).ToList();
        if (behind.Exists(command => command.Join == ShellJoin.Lost))
            return false;

        // After `tests && more` a failure may be that of more; before it, that of what came first. Behind a
        // `;` it does not matter what came before.
        if (exitCode == 0)
            return true;
        var before = commands.Take(at).Reverse().TakeWhile(command => command.Join == ShellJoin.And);
        return behind.Count == 1 && before.All(command => Harmless.Contains(command.Program));
    }

    private static TestRunner? OfPython(SimpleCommand command)
    {
        var module = command.ValueOf("-m");
        return module switch
        {
            "pytest" or "py.test" => TestRunner.Pytest,
            "unittest" or "nose2" or "tox" or "nox" or "doctest" => TestRunner.Custom,
            null when command.Arguments is ["manage.py" or "./manage.py", "test", ..] => TestRunner.Custom,
            null when command.Arguments is ["setup.py", "test", ..] => TestRunner.Custom,
            _ => null,
        };
    }

    private static TestRunner? OfNode(SimpleCommand command)
    {
        var words = command.Arguments.Where(argument => !argument.StartsWith('-')).ToList();
        var script = words is ["run" or "run-script" or "exec" or "dlx", var named, ..]
            ? named
            : words.FirstOrDefault();
        return
            script is "test" or "t" or "tst" or "jest" or "vitest" or "mocha"
            || script?.StartsWith("test:", StringComparison.Ordinal) == true
            ? TestRunner.NpmTest
            : null;
    }

    private static TestRunner? OfMake(SimpleCommand command) =>
        !command.HasOption("-n", "--just-print", "-q")
        && command.Arguments.Any(target =>
            target is "test" or "tests" or "check"
            || target.StartsWith("test-", StringComparison.Ordinal)
            || target.EndsWith("-test", StringComparison.Ordinal)
        )
            ? TestRunner.MakeTest
            : null;

    private static bool IsGradleTest(string task) =>
        task is "test" or "check" || task.EndsWith(":test", StringComparison.Ordinal);
}
