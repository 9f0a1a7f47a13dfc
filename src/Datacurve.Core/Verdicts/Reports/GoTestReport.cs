using System.Text;
using System.Text.Json;
using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>
/// The lines of <c>go test -json</c> (<c>go doc test2json</c>). A test is
/// <c>import/path.TestName/subtest</c>. A package that fails without a failed test, as one that does not
/// compile or exits early, is a broken test of its own under the package's name; a test that began and
/// never ended is broken too.
/// </summary>
internal sealed class GoTestReport
{
    private readonly ReportBuilder _report = new();
    private readonly Dictionary<string, StringBuilder> _running = [];
    private readonly Dictionary<string, StringBuilder> _packageOutput = [];
    private readonly HashSet<string> _failedPackages = [];
    private int _events;

    public static TestReport Parse(ReadOnlyMemory<byte> content)
    {
        var parser = new GoTestReport();
        for (var rest = content; rest.Length > 0; )
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? ReadOnlyMemory<byte>.Empty : rest[(end + 1)..];
            // The go command prints build errors of its own between the events.
            if (line.Length > 0 && line.Span[0] == (byte)'{')
                parser.ReadEvent(line);
        }
        return parser.Finish();
    }

    private TestReport Finish()
    {
        if (_events == 0)
            throw new ReportFormatException("it holds no event of go test -json");

        foreach (var (name, output) in _running)
            _report.Add(name, CaseStatus.Error, null, "the test began and never ended\n" + output);
        return _report.Build();
    }

    private void ReadEvent(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 8 });
            var root = document.RootElement;
            var package = Text(root, "Package") ?? Text(root, "ImportPath") ?? "";
            if (Text(root, "Action") is { } action)
                Apply(action, package, Text(root, "Test"), Text(root, "Output"), Number(root, "Elapsed"));
        }
        // GetString throws the second on a lone surrogate.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ReportFormatException("one of its lines is cut or no JSON");
        }
    }

    private void Apply(string action, string package, string? test, string? output, double? seconds)
    {
        _events++;
        var name = test is null ? package : $"{package}.{test}";
        switch (action)
        {
            case "run" when test is not null:
                _running[name] = new StringBuilder();
                break;
            case "output" or "build-output" when output is not null:
                Append(test is null ? Output(package) : _running.GetValueOrDefault(name), output);
                break;
            case "pass" or "fail" or "skip" when test is not null:
                EndTest(action, package, name, seconds * 1000);
                break;
            case "fail" when !_failedPackages.Contains(package):
                _report.Add(name, CaseStatus.Error, seconds * 1000, Output(package).ToString());
                break;
        }
        if (_running.Count > ReportLimits.CasesMax || _packageOutput.Count > ReportLimits.CasesMax)
            throw new ReportFormatException($"it names more than {ReportLimits.CasesMax} tests");
    }

    private void EndTest(string action, string package, string name, double? durationMs)
    {
        var status = action switch
        {
            "pass" => CaseStatus.Passed,
            "skip" => CaseStatus.Skipped,
            _ => CaseStatus.Failed,
        };
        if (status is CaseStatus.Failed)
            _failedPackages.Add(package);
        _running.Remove(name, out var output);
        _report.Add(name, status, durationMs, status is CaseStatus.Passed ? null : output?.ToString());
    }

    private StringBuilder Output(string package)
    {
        if (!_packageOutput.TryGetValue(package, out var output))
            _packageOutput[package] = output = new StringBuilder();
        return output;
    }

    private static void Append(StringBuilder? to, string output)
    {
        var room = ReportLimits.MessageCharsMax - (to?.Length ?? ReportLimits.MessageCharsMax);
        if (room > 0)
            to!.Append(output.AsSpan(0, Math.Min(room, output.Length)));
    }

    private static string? Text(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;

    private static double? Number(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value)
        && value.ValueKind is JsonValueKind.Number
        && value.TryGetDouble(out var number)
            ? number
            : null;
}
