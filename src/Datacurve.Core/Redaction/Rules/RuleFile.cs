using System.Text.RegularExpressions;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Serialization;

namespace Datacurve.Core.Redaction.Rules;

/// <summary>Reads a rule file in gitleaks' format.</summary>
internal sealed class RuleFile(string toml)
{
    /// <param name="inherited">The rules that <c>useDefault</c> means.</param>
    /// <param name="isTrusted">Whether each expression is known to be usable, and need not be tried.</param>
    public (List<Rule> Rules, List<Allowlist> Allowlists, string Title) Read(
        Func<RuleSet?> inherited,
        bool isTrusted
    )
    {
        var document = Parse();
        var rules = new List<Rule>();
        var allowlists = new List<Allowlist>();
        if (document.Extend is { } extend)
        {
            if (extend.Path is not null || extend.Url is not null)
                throw new RuleFileException("[extend] takes useDefault and disabledRules, not a path or url");
            if (extend.UseDefault && inherited() is { } start)
            {
                rules.AddRange(start.Rules.Where(rule => extend.DisabledRules?.Contains(rule.Id) != true));
                allowlists.AddRange(start.Allowlists);
            }
        }
        foreach (var (index, table) in (document.Rules ?? []).Index())
        {
            var rule = ToUsableRule(index, table, isTrusted);
            rules.RemoveAll(other => other.Id == rule.Id);
            rules.Add(rule);
        }
        var own = ToAllowlists("the file", document.Allowlist, document.Allowlists);
        if (!isTrusted)
            own.ForEach(allowlist => allowlist.RequireUsable());
        allowlists.AddRange(own);
        return (rules, allowlists, document.Title ?? "custom");
    }

    private RuleFileTable Parse()
    {
        try
        {
            return TomlSerializer.Deserialize(toml, RuleFileToml.Default.RuleFileTable)
                ?? throw new RuleFileException("the rule file is empty");
        }
        catch (TomlException e)
        {
            throw new RuleFileException($"the rule file cannot be read: {e.Message}");
        }
    }

    private Rule ToUsableRule(int index, RuleTable table, bool isTrusted)
    {
        try
        {
            var rule = ToRule(table);
            if (!isTrusted)
                rule.RequireUsable();
            return rule;
        }
        catch (RuleFileException e)
        {
            throw new RuleFileException($"{PlaceOf(index)}{e.Message}");
        }
    }

    // The tables of rules stand in the file in the order in which they are read.
    private string PlaceOf(int index)
    {
        var header = SyntaxParser
            .Parse(toml)
            .Tables.Where(table => table.Name?.ToString().Trim() == "rules")
            .ElementAtOrDefault(index);
        return header is null ? "" : $"line {header.Span.Start.Line + 1}: ";
    }

    private static Rule ToRule(RuleTable table)
    {
        if (string.IsNullOrWhiteSpace(table.Id))
            throw new RuleFileException("a rule has no id");
        if (table.Regex is null && table.Path is null)
            throw new RuleFileException($"rule '{table.Id}' has neither a regex nor a path");
        return new Rule
        {
            Id = table.Id,
            Label = Placeholder.LabelOf(table.Label ?? table.Id),
            Pattern = table.Regex is null ? null : Translate(table.Id, table.Regex),
            SecretGroup = (int)table.SecretGroup,
            Entropy = table.Entropy,
            Keywords = [.. (table.Keywords ?? []).SelectMany(InText).Distinct()],
            Path = table.Path is null ? null : Compile(table.Id, table.Path),
            Allowlists = ToAllowlists($"rule '{table.Id}'", table.Allowlist, table.Allowlists),
            Rank = table.Label is null ? Rank.Token : Rank.Context,
            IsDoubtful = table.Tags?.Contains("doubtful") == true,
            IsSaid = table.Tags?.Contains("said") == true,
            IsRandom = table.Tags?.Contains("random") == true,
        };
    }

    // Also as it stands in a string of JSON.
    private static IEnumerable<string> InText(string keyword)
    {
        var word = keyword.ToLowerInvariant();
        return [word, word.Replace("\"", "\\\"").Replace("\t", "\\t")];
    }

    private static List<Allowlist> ToAllowlists(
        string owner,
        AllowlistTable? one,
        IReadOnlyList<AllowlistTable>? many
    ) =>
        [
            .. (one is null ? [] : (AllowlistTable[])[one])
                .Concat(many ?? [])
                .Select(table => new Allowlist
                {
                    Regexes = Later(owner, table.Regexes),
                    Paths = Later(owner, table.Paths),
                    Target = table.RegexTarget ?? "secret",
                    StopWords = table.StopWords ?? [],
                    TargetRules = table.TargetRules ?? [],
                    RequiresAll = table.Condition?.ToUpperInvariant() is "AND" or "&&",
                }),
        ];

    // To build one takes a millisecond or two, and most are never needed.
    private static List<Lazy<Regex>> Later(string owner, List<string>? regexes) =>
        [.. (regexes ?? []).Select(regex => new Lazy<Regex>(() => Compile(owner, regex)))];

    private static string Translate(string owner, string regex)
    {
        try
        {
            return GoRegex.Translate(regex);
        }
        catch (FormatException e)
        {
            throw new RuleFileException($"the regex of rule '{owner}' cannot be used: {e.Message}");
        }
    }

    private static Regex Compile(string owner, string regex)
    {
        try
        {
            return GoRegex.Compile(GoRegex.Translate(regex));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException)
        {
            throw new RuleFileException($"a regex of {owner} cannot be used: {e.Message}");
        }
    }
}

internal sealed record RuleFileTable
{
    public string? Title { get; set; }
    public ExtendTable? Extend { get; set; }
    public List<RuleTable>? Rules { get; set; }
    public AllowlistTable? Allowlist { get; set; }
    public List<AllowlistTable>? Allowlists { get; set; }
}

internal sealed record ExtendTable
{
    public bool UseDefault { get; set; }
    public List<string>? DisabledRules { get; set; }
    public string? Path { get; set; }
    public string? Url { get; set; }
}

internal sealed record RuleTable
{
    public string? Id { get; set; }
    public string? Description { get; set; }
    public string? Regex { get; set; }
    public long SecretGroup { get; set; }
    public double Entropy { get; set; }
    public List<string>? Keywords { get; set; }
    public List<string>? Tags { get; set; }
    public string? Path { get; set; }
    public string? Label { get; set; }
    public AllowlistTable? Allowlist { get; set; }
    public List<AllowlistTable>? Allowlists { get; set; }
}

internal sealed record AllowlistTable
{
    public string? Description { get; set; }
    public string? Condition { get; set; }
    public List<string>? Regexes { get; set; }
    public string? RegexTarget { get; set; }
    public List<string>? Paths { get; set; }
    public List<string>? StopWords { get; set; }
    public List<string>? TargetRules { get; set; }
}

[TomlSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[TomlSerializable(typeof(RuleFileTable))]
internal sealed partial class RuleFileToml : TomlSerializerContext;
