using System.Security.Cryptography;
using System.Text;
using Datacurve.Core.Redaction.Names;
using Datacurve.Core.Redaction.Personal;
using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Core.Redaction;

/// <summary>
/// The rules by which secrets are found. The format is that of gitleaks' configuration, so an
/// organisation's own file works as it is; one member is ours, <c>label</c>, which is what a placeholder
/// calls the secret where that is not the rule's id.
/// </summary>
/// <remarks>
/// A rule set is safe for many threads. Regular expressions are RE2's, run by an engine whose time is linear
/// in the text, but for a bundled rule's first short lines (<see cref="Rule.RegexFor"/>); what that engine
/// cannot do (back references, look-around) is refused when the file is read. They see one line at a time.
/// </remarks>
public sealed class RuleSet
{
    private const int VersionChars = 12;
    private static readonly Lazy<RuleSet> Embedded = new(ReadEmbedded);
    private readonly Lazy<KeywordFilter> _keywords;
    private readonly Lazy<KeywordFilter> _secretKeywords;

    internal RuleSet(string version, IReadOnlyList<Rule> rules, IReadOnlyList<Allowlist> allowlists)
    {
        Version = version;
        Rules = rules;
        Allowlists = allowlists;
        _keywords = new(() => KeywordFilter.For(rules, [.. ContextWords.Secret, .. PersonalWords.All]));
        _secretKeywords = new(() => KeywordFilter.For(rules, ContextWords.Secret));
    }

    /// <summary>The rules that Datacurve brings.</summary>
    public static RuleSet Default => Embedded.Value;

    /// <summary>
    /// Names these rules and the detectors of this version: two texts redacted under one version and key
    /// had the same replaced.
    /// </summary>
    public string Version { get; }

    /// <summary>The ids of the rules, in the order of the file.</summary>
    public IEnumerable<string> RuleIds => Rules.Select(rule => rule.Id);

    internal IReadOnlyList<Rule> Rules { get; }
    internal IReadOnlyList<Allowlist> Allowlists { get; }

    /// <summary>What to look at for secrets and personal data.</summary>
    internal KeywordFilter Keywords => _keywords.Value;

    /// <summary>What to look at where only secrets are replaced.</summary>
    internal KeywordFilter SecretKeywords => _secretKeywords.Value;

    /// <summary>Reads a rule file. With <c>[extend] useDefault = true</c> it adds to the default.</summary>
    /// <exception cref="RuleFileException">
    /// It is not TOML, or a rule cannot be applied.
    /// </exception>
    public static RuleSet Parse(string toml)
    {
        var (rules, allowlists, _) = new RuleFile(toml).Read(() => Default, isTrusted: false);
        return new RuleSet(VersionOf("custom", toml), rules, allowlists);
    }

    private static RuleSet ReadEmbedded()
    {
        using var stream =
            typeof(RuleSet).Assembly.GetManifestResourceStream("redaction/default.toml")
            ?? throw new InvalidOperationException("the default rules are not in the assembly");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var toml = reader.ReadToEnd();
        var (rules, allowlists, title) = new RuleFile(toml).Read(() => null, isTrusted: true);
        return new RuleSet(VersionOf(title, toml), rules, allowlists);
    }

    private static string VersionOf(string name, string toml)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(DetectorVersion.Text + "\n" + toml));
        return $"{name}-{Convert.ToHexStringLower(hash)[..VersionChars]}";
    }
}

/// <summary>The version of the detectors that are code: raised with every change of what they find.</summary>
internal static class DetectorVersion
{
    public const string Text = "14";
}
