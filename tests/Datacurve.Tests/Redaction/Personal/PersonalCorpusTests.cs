using System.Text;
using System.Text.RegularExpressions;
using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction.Personal;

public sealed partial class PersonalCorpusTests(ITestOutputHelper output)
{
    private const int Seed = 511;
    private const int OfEachForm = 40;
    private readonly Redactor _redactor = Planted.NewRedactor();

    [Fact]
    public void At_least_99_of_100_are_found_of_every_kind_in_every_form()
    {
        var made = new MadePeople(Seed);
        var total = new SortedDictionary<string, (int Forms, int Planted, int Missed)>(
            StringComparer.Ordinal
        );
        var misses = new List<string>();
        foreach (var form in PersonalForm.All)
        {
            var missed = 0;
            for (var i = 0; i < OfEachForm; i++)
            {
                var value = form.Value(made);
                var texts = form.Texts ?? PersonalForm.Anything;
                var text = string.Format(texts[i % texts.Length], value);
                if (IsFound(form.Rule, text, value, out var redacted))
                    continue;
                missed++;
                misses.Add($"{form.Rule}, {form.Name}: {text.Trim()} -> {redacted.Trim()}");
            }
            var before = total.GetValueOrDefault(form.Rule);
            total[form.Rule] = (before.Forms + 1, before.Planted + OfEachForm, before.Missed + missed);
        }
        output.WriteLine($"seed {Seed}");
        foreach (var (rule, (forms, planted, missed)) in total)
            output.WriteLine($"{rule, -16} {forms, 3} forms {planted, 5} planted {missed, 3} missed");
        misses.ForEach(output.WriteLine);
        Assert.All(total, rule => Assert.True(rule.Value.Missed * 100 <= rule.Value.Planted, rule.Key));
    }

    [Fact]
    public void Text_that_only_looks_like_it_holds_at_most_one_false_find_in_10_megabytes()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var finds = new List<string>();
        long bytes = 0;
        foreach (var text in PersonalNegatives.Texts(Seed))
        {
            bytes += text.Length;
            foreach (
                var finding in _redactor
                    .Find(text)
                    .Where(finding => PersonalNegatives.Rules.Contains(finding.RuleId))
            )
            {
                var line = Encoding.UTF8.GetString(text).Split('\n')[finding.Line - 1];
                counts[finding.RuleId] = counts.GetValueOrDefault(finding.RuleId) + 1;
                finds.Add(
                    $"{finding.RuleId} at {finding.Column}: {line.Trim()[..Math.Min(line.Trim().Length, 160)]}"
                );
            }
        }
        output.WriteLine($"seed {Seed}: {bytes} bytes");
        foreach (var rule in PersonalNegatives.Rules)
            output.WriteLine($"{rule, -16} {counts.GetValueOrDefault(rule)} false finds");
        finds.ForEach(output.WriteLine);
        Assert.True(bytes > 20_000_000);
        Assert.True(finds.Count * 10_000_000L <= bytes, string.Join('\n', finds.Take(20)));
    }

    [Fact]
    public void Redacting_again_changes_nothing()
    {
        var made = new MadePeople(Seed + 1);
        foreach (var form in PersonalForm.All)
        {
            var texts = form.Texts ?? PersonalForm.Anything;
            var text = string.Join('\n', texts.Select(one => string.Format(one, form.Value(made))));
            var once = _redactor.Redact(text, _redactor.NewReport());
            Assert.Equal(once, _redactor.Redact(once, _redactor.NewReport()));
        }
    }

    private bool IsFound(string rule, string text, string value, out string redacted)
    {
        var report = _redactor.NewReport();
        redacted = _redactor.Redact(text, report);
        var left = PlaceholderPattern().Replace(redacted, "");
        return report.Counts.ContainsKey(rule)
            && !WordPattern().Matches(value).Any(word => left.Contains(word.Value, StringComparison.Ordinal));
    }

    [GeneratedRegex("REDACTED_[a-z_]+_[0-9a-f]{12}", RegexOptions.NonBacktracking)]
    private static partial Regex PlaceholderPattern();

    // What is left of a value may be no more than a word that stands anywhere.
    [GeneratedRegex(@"[\p{L}\p{N}]{4,}", RegexOptions.NonBacktracking)]
    private static partial Regex WordPattern();
}
