namespace Datacurve.Core.Redaction;

/// <summary>
/// What was replaced: how often each rule applied, by which version of the rules; never a value. Reports
/// of several texts can be gathered in one. Not safe for several threads at once.
/// </summary>
public sealed class RedactionReport(string ruleVersion)
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Names the rules that were applied, see <see cref="RuleSet.Version"/>.</summary>
    public string RuleVersion { get; } = ruleVersion;

    /// <summary>Replacements by rule id.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>All replacements together.</summary>
    public long Total { get; private set; }

    /// <summary>Counts what whoever has this report took out by a rule of its own.</summary>
    public void Count(string ruleId) => Add(ruleId);

    internal void Add(string ruleId, long count = 1)
    {
        _counts[ruleId] = _counts.GetValueOrDefault(ruleId) + count;
        Total += count;
    }

    /// <summary>Adds the counts of another report.</summary>
    public void Add(RedactionReport other)
    {
        foreach (var (ruleId, count) in other._counts)
            Add(ruleId, count);
    }
}
