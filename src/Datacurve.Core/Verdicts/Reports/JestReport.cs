using System.Text.Json;
using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>
/// What <c>jest --json --outputFile</c> writes (vitest's json reporter too). A test is
/// <c>path/to/file::describe test</c>; a file that cannot be run is a broken test under its path.
/// </summary>
internal static class JestReport
{
    private const string WorkspaceRoot = "/workspace/";

    public static TestReport Parse(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(
                content,
                new JsonDocumentOptions { MaxDepth = ReportLimits.DepthMax }
            );
            return Read(document.RootElement);
        }
        // GetString throws the second on a lone surrogate.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ReportFormatException("it is cut or no JSON");
        }
    }

    private static TestReport Read(JsonElement root)
    {
        if (Items(root, "testResults") is not { } files)
            throw new ReportFormatException("it has no list testResults");

        var report = new ReportBuilder();
        foreach (var file in files.EnumerateArray())
            ReadFile(file, report);
        return report.Build();
    }

    private static void ReadFile(JsonElement file, ReportBuilder report)
    {
        var path = Text(file, "name") ?? "";
        if (path.StartsWith(WorkspaceRoot, StringComparison.Ordinal))
            path = path[WorkspaceRoot.Length..];

        var failures = 0;
        if (Items(file, "assertionResults") is { } tests)
        {
            foreach (var test in tests.EnumerateArray())
                failures += ReadTest(path, test, report) ? 0 : 1;
        }
        if (Text(file, "status") is "failed" && failures == 0)
            report.Add(path, CaseStatus.Error, null, Text(file, "message"));
    }

    /// <summary>Adds one test; false where it failed.</summary>
    private static bool ReadTest(string path, JsonElement test, ReportBuilder report)
    {
        var name = Text(test, "fullName") ?? Text(test, "title") ?? "";
        var status = StatusOf(Text(test, "status"));
        var failed = status is CaseStatus.Failed or CaseStatus.Error;
        var messages = failed ? Items(test, "failureMessages") : null;
        var message = messages is { } list && list.GetArrayLength() > 0 ? TextOf(list[0]) : null;
        report.Add($"{path}::{name}", status, Number(test, "duration"), message);
        return !failed;
    }

    private static CaseStatus StatusOf(string? status) =>
        status switch
        {
            "passed" => CaseStatus.Passed,
            "pending" or "skipped" or "todo" or "disabled" or "focused" => CaseStatus.Skipped,
            "failed" => CaseStatus.Failed,
            _ => CaseStatus.Error,
        };

    private static JsonElement? Items(JsonElement owner, string member) =>
        Member(owner, member) is { ValueKind: JsonValueKind.Array } items ? items : null;

    private static string? Text(JsonElement owner, string member) =>
        Member(owner, member) is { } value ? TextOf(value) : null;

    private static string? TextOf(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement owner, string member) =>
        Member(owner, member) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var number)
            ? number
            : null;

    private static JsonElement? Member(JsonElement owner, string member) =>
        owner.ValueKind is JsonValueKind.Object && owner.TryGetProperty(member, out var value) ? value : null;
}
