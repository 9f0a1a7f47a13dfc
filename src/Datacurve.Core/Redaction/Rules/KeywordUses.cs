using System.Text;
using Datacurve.Core.Redaction.Names;
using Datacurve.Core.Redaction.Personal;

namespace Datacurve.Core.Redaction.Rules;

internal enum Detector
{
    None,
    Scheme,
    Url,
    Codes,
    Home,
    Owner,
    Mode,
    Account,
    Login,
    Process,
    Person,
    Mail,
    Phone,
    Log,
    LocalHost,
    NamedHost,
    Machine,
    Prompt,
    Known,
}

/// <summary>What a keyword sets going.</summary>
internal sealed record KeywordUse(
    int Length,
    IReadOnlyList<Rule> Rules,
    bool IsName,
    Detector Detector,
    KnownValue? Known
);

/// <summary>For each keyword of a filter, what it sets going.</summary>
internal sealed class KeywordUses
{
    private readonly KeywordUse[] _uses;

    public KeywordUses(RuleSet rules, KeywordFilter filter, RedactionOptions options)
    {
        var names = ContextWords.Names.ToHashSet();
        var known = options.KnownValues.ToDictionary(value => value.Keyword);
        var byKeyword = rules
            .Rules.SelectMany(rule => rule.Keywords.Select(keyword => (keyword, rule)))
            .ToLookup(pair => pair.keyword, pair => pair.rule);
        _uses =
        [
            .. filter.Words.Select(word => new KeywordUse(
                Encoding.UTF8.GetByteCount(word),
                [.. byKeyword[word]],
                names.Contains(word),
                known.ContainsKey(word) ? Detector.Known : DetectorOf(word),
                known.GetValueOrDefault(word)
            )),
        ];

        // Rules without a keyword, or with one too short to look for, are run on every line.
        Always =
        [
            .. rules.Rules.Where(rule =>
                rule.Pattern is not null
                && (
                    rule.Keywords.Count == 0
                    || rule.Keywords.Any(word => Encoding.UTF8.GetByteCount(word) < KeywordFilter.LengthMin)
                )
            ),
        ];
    }

    public IReadOnlyList<Rule> Always { get; }

    public KeywordUse this[int keyword] => _uses[keyword];

    private static Detector DetectorOf(string word) =>
        word == ContextWords.Url ? Detector.Url
        : ContextWords.Schemes.Contains(word) ? Detector.Scheme
        : ContextWords.Codes.Contains(word) ? Detector.Codes
        : PersonalWords.Homes.Contains(word) ? Detector.Home
        : PersonalWords.Groups.Contains(word) ? Detector.Owner
        : PersonalWords.Modes.Contains(word) ? Detector.Mode
        : word == PersonalWords.Account ? Detector.Account
        : PersonalWords.Logins.Contains(word) ? Detector.Login
        : PersonalWords.Terminals.Contains(word) ? Detector.Process
        : PersonalWords.People.Contains(word) ? Detector.Person
        : PersonalWords.MailSigns.Contains(word) ? Detector.Mail
        : PersonalWords.Phones.Contains(word) ? Detector.Phone
        : PersonalWords.LogMarks.Contains(word) ? Detector.Log
        : PersonalWords.LocalEnds.Contains(word) ? Detector.LocalHost
        : PersonalWords.HostNames.Contains(word) ? Detector.NamedHost
        : PersonalWords.Machines.Contains(word) ? Detector.Machine
        : PersonalWords.PromptSigns.Contains(word) ? Detector.Prompt
        : Detector.None;
}
