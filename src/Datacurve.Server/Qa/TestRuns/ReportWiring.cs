using System.Reflection;
using Datacurve.Core.Verdicts.Reports;

namespace Datacurve.Server.Qa.TestRuns;

/// <summary>
/// Puts the wish for a report into a test command, by the runner's own option or environment variable. A
/// command that cannot be changed safely runs as it is, and its exit code decides.
/// </summary>
internal static class ReportWiring
{
    private const string ReportFolder = "/reports/";
    private const string WorkspaceFolder = "/workspace/";
    private const string UnittestVariable = "DATACURVE_UNITTEST";
    private static readonly Lazy<string> UnittestScript = new(ReadUnittestScript);

    /// <param name="nonce">Hex digits, new for each run.</param>
    public static ReportRequest Wire(TestPlan plan, string nonce)
    {
        var line = ShellLine.Parse(plan.Command);
        var report = ReportFolder + nonce;
        if (plan.ReportPath is not null)
            return WireGivenPath(plan, nonce);

        return plan.Runner switch
            {
                TestRunner.Pytest => WirePytest(
                    plan.Command,
                    nonce,
                    expected: line.Runs(TestRunner.PytestCommand) && !HasOwnReport(plan.Command)
                ),
                TestRunner.Unittest => WireUnittest(line, report, nonce),
                TestRunner.Go => WireGo(line, report),
                TestRunner.Node => WireNode(plan, line, report),
                TestRunner.Jest => WireJest(plan, line, report),
                TestRunner.Dotnet => WireDotnet(line, report, nonce),
                TestRunner.CargoNextest => WireNextest(line, report, nonce),
                TestRunner.Tap => new ReportRequest
                {
                    Command = $"{{ {plan.Command}\n}} > {report}.tap",
                    ReportPath = report + ".tap",
                    Format = ReportFormat.Tap,
                    Expected = true,
                },
                // A make target may well run pytest in the end; the variable costs nothing where it does not.
                _ => WirePytest(plan.Command, nonce, expected: false),
            } ?? new ReportRequest { Command = plan.Command };
    }

    /// <summary>What lies at the given path before the run is not the run's report.</summary>
    private static ReportRequest WireGivenPath(TestPlan plan, string nonce)
    {
        var path = WorkspaceFolder + plan.ReportPath;
        var isPytest = plan.Runner is TestRunner.Pytest;
        var names = isPytest && !plan.Command.Contains("junit_suite_name", StringComparison.Ordinal);
        return new ReportRequest
        {
            Command = $"rm -rf -- {Quote(path)}\n{plan.Command}",
            Environment = isPytest ? Variable("PYTEST_ADDOPTS", PytestOptions(nonce)) : Nothing,
            ReportPath = path,
            Expected = true,
            SuiteName = names ? nonce : null,
        };
    }

    private static ReportRequest WirePytest(string command, string nonce, bool expected)
    {
        var path = $"{ReportFolder}{nonce}.xml";
        return new ReportRequest
        {
            Command = command,
            Environment = Variable("PYTEST_ADDOPTS", $"--junitxml={path} {PytestOptions(nonce)}"),
            ReportPath = path,
            Format = ReportFormat.JUnit,
            Expected = expected,
            SuiteName = nonce,
        };
    }

    private static bool HasOwnReport(string command) =>
        command.Contains("junit", StringComparison.OrdinalIgnoreCase)
        || command.Contains("PYTEST_ADDOPTS", StringComparison.Ordinal);

    /// <summary>A module that cannot be imported must not keep all others from running.</summary>
    private static string PytestOptions(string nonce) =>
        $"-o junit_suite_name={nonce} --continue-on-collection-errors";

    private static ReportRequest? WireUnittest(ShellLine line, string report, string nonce)
    {
        const string module = "-m unittest";
        var at = line.Last.IndexOf(module, StringComparison.Ordinal);
        if (!line.IsSimple || at < 0)
            return null;

        var run = $"-c \"${UnittestVariable}\" {report}.xml {nonce}";
        return new ReportRequest
        {
            Command = $"{line.Lead} {line.Last[..at]}{run}{line.Last[(at + module.Length)..]}".Trim(),
            Environment = Variable(UnittestVariable, UnittestScript.Value),
            ReportPath = report + ".xml",
            Format = ReportFormat.JUnit,
            Expected = true,
            SuiteName = nonce,
        };
    }

    private static ReportRequest? WireGo(ShellLine line, string report)
    {
        var json = line.Last.Contains(" -json", StringComparison.Ordinal) ? "" : "-json";
        return line.InsertAfter(TestRunner.GoCommand, json) is not { } command
            ? null
            : new ReportRequest
            {
                Command = $"{line.Lead} {command} > {report}.json".Trim(),
                ReportPath = report + ".json",
                Format = ReportFormat.GoJson,
                Expected = true,
            };
    }

    private static ReportRequest? WireNode(TestPlan plan, ShellLine line, string report)
    {
        if ((plan.Command + plan.TestScript).Contains("--test-reporter", StringComparison.Ordinal))
            return null;

        var options =
            "--test-reporter=spec --test-reporter-destination=stdout "
            + $"--test-reporter=tap --test-reporter-destination={report}.tap";
        var inserted = line.InsertAfter(TestRunner.NodeCommand, options);
        return new ReportRequest
        {
            Command = inserted is null ? plan.Command : $"{line.Lead} {inserted}".Trim(),
            Environment = inserted is null ? Variable("NODE_OPTIONS", options) : Nothing,
            ReportPath = report + ".tap",
            Format = ReportFormat.Tap,
            Expected =
                inserted is not null || !plan.Command.Contains("NODE_OPTIONS", StringComparison.Ordinal),
        };
    }

    private static ReportRequest? WireJest(TestPlan plan, ShellLine line, string report)
    {
        var options = $"--json --outputFile={report}.json";
        var command = line.InsertAfter(TestRunner.JestCommand, options);
        if (command is null && line.IsSimple && line.Runs(TestRunner.NpmTestCommand))
        {
            var separator = line.Last.Contains(" -- ", StringComparison.Ordinal) ? "" : " --";
            command = ShellLine.Parse(plan.TestScript ?? "").IsSimple
                ? $"{line.Last}{separator} {options}"
                : null;
        }
        return command is null
            ? null
            : new ReportRequest
            {
                Command = $"{line.Lead} {command}".Trim(),
                ReportPath = report + ".json",
                Format = ReportFormat.Jest,
                Expected = true,
            };
    }

    /// <summary>Each test project writes a file of its own; they are read one after the other.</summary>
    private static ReportRequest? WireDotnet(ShellLine line, string report, string nonce)
    {
        var options = $"--results-directory {report} --logger \"trx;LogFilePrefix={nonce}\"";
        var collect = $"cat {report}/{nonce}*.trx > {report}.trx";
        return line.InsertAfter(TestRunner.DotnetCommand, options) is not { } command
            ? null
            : new ReportRequest
            {
                Command = $"{line.Lead} {command}; code=$?; {collect}; exit $code".Trim(),
                ReportPath = report + ".trx",
                Format = ReportFormat.Trx,
                Expected = true,
            };
    }

    private static ReportRequest? WireNextest(ShellLine line, string report, string nonce)
    {
        var settings = $"[profile.default.junit]\\npath = \"{report}.xml\"\\nreport-name = \"{nonce}\"\\n";
        var option = $"--tool-config-file datacurve:{report}.toml";
        return line.InsertAfter(TestRunner.NextestCommand, option) is not { } command
            ? null
            : new ReportRequest
            {
                Command = $"printf '{settings}' > {report}.toml && {line.Lead} {command}",
                ReportPath = report + ".xml",
                Format = ReportFormat.JUnit,
                Expected = true,
                SuiteName = nonce,
            };
    }

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    private static Dictionary<string, string> Variable(string name, string value) => new() { [name] = value };

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string ReadUnittestScript()
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("unittest_report.py")
            ?? throw new InvalidOperationException("the server is built without unittest_report.py");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
