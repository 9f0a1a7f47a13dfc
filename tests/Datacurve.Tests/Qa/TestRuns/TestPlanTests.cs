using System.Text;
using Datacurve.Core.Traces;
using Datacurve.Core.Verdicts.Reports;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.TestRuns;
using Xunit;

namespace Datacurve.Tests.Qa.TestRuns;

public sealed class TestPlanTests
{
    private static readonly TestOptions Options = new() { TimeoutSeconds = 120, MemoryBytes = 512 << 20 };

    [Theory]
    [InlineData("pytest", "pytest")]
    [InlineData("python3.11 -X dev -m pytest -q tests", "pytest")]
    [InlineData("poetry run pytest", "pytest")]
    [InlineData("cd api && A=1 /opt/venv/bin/pytest", "pytest")]
    [InlineData("python -m unittest discover", "unittest")]
    [InlineData("go test ./...", "go")]
    [InlineData("node --experimental-vm-modules --test test/", "node")]
    [InlineData("npx --no-install jest src", "jest")]
    [InlineData("jest", "jest")]
    [InlineData("npm test", "jest")]
    [InlineData("npm run test -- src", "jest")]
    [InlineData("dotnet test -c Release", "dotnet")]
    [InlineData("cargo nextest run", "cargo-nextest")]
    [InlineData("cargo test", "custom")]
    [InlineData("make test", "custom")]
    [InlineData("pytest-watch", "custom")]
    [InlineData("echo pytest", "custom")]
    public void The_runner_is_known_by_the_command(string command, string runner)
    {
        Assert.Equal(runner, Plan(new TestSetup { Command = command }).Runner);
    }

    [Fact]
    public void What_the_trace_leaves_out_comes_from_the_server()
    {
        var plan = Plan(null);
        Assert.Equal(
            ("python:3.11-slim", "pytest", "pytest", ""),
            (plan.Image, plan.Command, plan.Runner, plan.Workdir)
        );
        Assert.Equal((TimeSpan.FromSeconds(120), 512L << 20), (plan.Limits.Timeout, plan.Limits.MemoryBytes));
    }

    [Theory]
    [InlineData(30, "64m", 30, 64L << 20)]
    [InlineData(120, "512M", 120, 512L << 20)]
    [InlineData(121, "512m", 120, 512L << 20)]
    [InlineData(int.MaxValue, "8000000g", 120, 512L << 20)]
    [InlineData(1, "16777216", 1, 16L << 20)]
    public void A_trace_may_ask_for_less_and_never_gets_more(
        int seconds,
        string memory,
        int gotSeconds,
        long gotBytes
    )
    {
        var limits = Plan(new TestSetup { TimeoutSeconds = seconds, Memory = memory }).Limits;
        Assert.Equal((TimeSpan.FromSeconds(gotSeconds), gotBytes), (limits.Timeout, limits.MemoryBytes));
    }

    public static TheoryData<TestSetup, string> Unusable =>
        new()
        {
            {
                new TestSetup { TimeoutSeconds = 0 },
                "timeout_seconds"
            },
            {
                new TestSetup { TimeoutSeconds = -5 },
                "timeout_seconds"
            },
            {
                new TestSetup { Memory = "lots" },
                "memory"
            },
            {
                new TestSetup { Memory = "" },
                "memory"
            },
            {
                new TestSetup { Memory = "-1g" },
                "memory"
            },
            {
                new TestSetup { Memory = "99999999999999999999g" },
                "memory"
            },
            {
                new TestSetup { Memory = "1k" },
                "memory"
            },
            {
                new TestSetup { Workdir = "../x" },
                "workdir"
            },
            {
                new TestSetup { Workdir = "/etc" },
                "workdir"
            },
            {
                new TestSetup { Workdir = "a//b" },
                "workdir"
            },
            {
                new TestSetup { ReportPath = "/etc/passwd" },
                "report_path"
            },
            {
                new TestSetup { ReportPath = "a/../../b" },
                "report_path"
            },
            {
                new TestSetup { ReportPath = "a\nb" },
                "report_path"
            },
            {
                new TestSetup { Runner = "nose" },
                "runner"
            },
            {
                new TestSetup { Image = "a b" },
                "image"
            },
            {
                new TestSetup { Image = "--privileged" },
                "image"
            },
            {
                new TestSetup { Command = "a\0b" },
                "command"
            },
            {
                new TestSetup { Command = new string('x', TestPlan.CommandCharsMax + 1) },
                "command"
            },
            {
                new TestSetup { Setup = [.. Enumerable.Repeat("true", TestPlan.SetupCommandsMax + 1)] },
                "setup"
            },
        };

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public void A_setup_that_cannot_be_followed_is_refused_by_name(TestSetup setup, string member)
    {
        var exception = Assert.Throws<NotReproducibleException>(() => Plan(setup));
        Assert.StartsWith($"environment.test.{member} ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("go test ./...", "go test -json ./... > /reports/n.json")]
    [InlineData("cd x && go test -json -v", "cd x && go test -json -v > /reports/n.json")]
    [InlineData("npx jest src", "npx jest --json --outputFile=/reports/n.json src")]
    [InlineData("npm test", "npm test -- --json --outputFile=/reports/n.json")]
    [InlineData("npm test -- src", "npm test -- src --json --outputFile=/reports/n.json")]
    [InlineData(
        "dotnet test -c Release",
        "dotnet test --results-directory /reports/n --logger \"trx;LogFilePrefix=n\" -c Release;"
            + " code=$?; cat /reports/n/n*.trx > /reports/n.trx; exit $code"
    )]
    [InlineData("python3 -m unittest -v", "python3 -c \"$DATACURVE_UNITTEST\" /reports/n.xml n -v")]
    public void A_runner_is_asked_for_a_report_by_its_own_option(string command, string expected)
    {
        var request = Wire(new TestSetup { Command = command });
        Assert.Equal((expected, true), (request.Command, request.Expected));
    }

    [Fact]
    public void Nextest_gets_its_report_by_a_tools_configuration()
    {
        var request = Wire(new TestSetup { Command = "cargo nextest run --all" });
        Assert.Contains("path = \"/reports/n.xml\"", request.Command, StringComparison.Ordinal);
        Assert.EndsWith(
            "cargo nextest run --tool-config-file datacurve:/reports/n.toml --all",
            request.Command,
            StringComparison.Ordinal
        );
        Assert.Equal("n", request.SuiteName);
    }

    [Theory]
    [InlineData("go test ./... | tee log")]
    [InlineData("go vet; go test ./...")]
    [InlineData("go test $(cat packages)")]
    [InlineData("cargo test")]
    public void A_command_that_cannot_be_changed_safely_runs_as_it_is(string command)
    {
        var request = Wire(new TestSetup { Command = command });
        Assert.Equal((command, false), (request.Command, request.Expected));
    }

    [Theory]
    [InlineData("pytest", true)]
    [InlineData("pytest --junitxml=own.xml", false)]
    [InlineData("PYTEST_ADDOPTS=-x pytest", false)]
    [InlineData("make test", false)]
    public void Pytest_is_asked_through_its_environment(string command, bool expected)
    {
        var request = Wire(new TestSetup { Command = command });
        Assert.Contains(
            "--junitxml=/reports/n.xml",
            request.Environment["PYTEST_ADDOPTS"],
            StringComparison.Ordinal
        );
        Assert.Equal(
            (expected, ReportFormat.JUnit, "n"),
            (request.Expected, request.Format, request.SuiteName)
        );
    }

    [Fact]
    public void Tap_on_standard_output_is_kept_as_the_report()
    {
        var request = Wire(new TestSetup { Command = "prove -v | cat", Runner = "tap" });
        Assert.Equal("{ prove -v | cat\n} > /reports/n.tap", request.Command);
    }

    [Fact]
    public void A_given_report_path_is_cleared_and_quoted()
    {
        var request = Wire(
            new TestSetup
            {
                Command = "make",
                Runner = "custom",
                ReportPath = "it's/out.xml",
            }
        );
        Assert.Equal("rm -rf -- '/workspace/it'\\''s/out.xml'\nmake", request.Command);
        Assert.Equal("/workspace/it's/out.xml", request.ReportPath);
    }

    [Fact]
    public void The_lock_hash_follows_lock_files_and_no_others()
    {
        var folder = Directory.CreateTempSubdirectory("datacurve-lock-hash-").FullName;
        try
        {
            var empty = BaseFiles.LockHash(folder);
            File.WriteAllText(Path.Combine(folder, "main.py"), "x");
            Directory.CreateSymbolicLink(Path.Combine(folder, "up"), "/usr");
            File.CreateSymbolicLink(Path.Combine(folder, "go.mod"), "/etc/hostname");
            Assert.Equal(empty, BaseFiles.LockHash(folder));
            Assert.Null(BaseFiles.Read(folder, "go.mod"));

            File.WriteAllText(Path.Combine(folder, "requirements-dev.txt"), "pytest==7");
            var seven = BaseFiles.LockHash(folder);
            File.WriteAllText(Path.Combine(folder, "requirements-dev.txt"), "pytest==8");
            Assert.Equal(3, new[] { empty, seven, BaseFiles.LockHash(folder) }.Distinct().Count());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TestPlan Plan(TestSetup? setup) =>
        TestPlan.For(
            setup,
            Options,
            path =>
                path == "package.json" ? Encoding.UTF8.GetBytes("""{"scripts":{"test":"jest --ci"}}""") : null
        );

    private static ReportRequest Wire(TestSetup setup) => ReportWiring.Wire(Plan(setup), "n");
}
