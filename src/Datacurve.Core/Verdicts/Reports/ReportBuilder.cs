using System.Security.Cryptography;
using System.Text;
using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>Collects tests under clean, unique names within <see cref="ReportLimits"/>.</summary>
internal sealed class ReportBuilder
{
    private readonly List<TestCase> _cases = [];
    private readonly Dictionary<string, int> _indexes = [];
    private readonly HashSet<string> _suiteNames = [];

    public bool HasFailures { get; private set; }

    public void Add(string name, CaseStatus status, double? durationMs = null, string? message = null)
    {
        HasFailures |= status is CaseStatus.Failed or CaseStatus.Error;
        var test = new TestCase(CleanName(name), status, Plausible(durationMs), CutMessage(message));
        if (!_indexes.TryGetValue(test.Name, out var index))
        {
            if (_cases.Count == ReportLimits.CasesMax)
                throw new ReportFormatException($"it names more than {ReportLimits.CasesMax} tests");

            _indexes.Add(test.Name, _cases.Count);
            _cases.Add(test);
        }
        else if (test.Status > _cases[index].Status)
        {
            _cases[index] = test;
        }
    }

    public void AddSuite(string? name)
    {
        if (!string.IsNullOrEmpty(name) && _suiteNames.Count < ReportLimits.SuiteNamesMax)
            _suiteNames.Add(CleanName(name));
    }

    public TestReport Build() => new() { Cases = _cases, SuiteNames = [.. _suiteNames] };

    /// <summary>
    /// Control characters and lone surrogates, which neither a database nor a page takes, become U+FFFD. A
    /// cut name ends in a part of its hash, so that two long names stay two.
    /// </summary>
    public static string CleanName(string name)
    {
        var clean = CleanText(name, keepLines: false).Trim();
        if (clean.Length == 0)
            return "(unnamed)";
        if (clean.Length <= ReportLimits.NameCharsMax)
            return clean;

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clean)))[..16];
        return CleanText(clean[..(ReportLimits.NameCharsMax - 18)], keepLines: false) + "… " + hash;
    }

    private static string? CutMessage(string? message)
    {
        if (string.IsNullOrWhiteSpace(message))
            return null;

        var cut =
            message.Length > ReportLimits.MessageCharsMax ? message[..ReportLimits.MessageCharsMax] : message;
        return CleanText(cut, keepLines: true).Trim();
    }

    private static string CleanText(string text, bool keepLines)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var isLine = keepLines && rune.Value is '\n' or '\t';
            clean.Append(Rune.IsControl(rune) && !isLine ? "\uFFFD" : rune.ToString());
        }
        return clean.ToString();
    }

    private static double? Plausible(double? durationMs) =>
        durationMs is { } ms && double.IsFinite(ms) && ms >= 0 ? ms : null;
}
