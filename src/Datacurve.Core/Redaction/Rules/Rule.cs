using System.Text.RegularExpressions;

namespace Datacurve.Core.Redaction.Rules;

/// <summary>One rule of a rule file.</summary>
internal sealed class Rule
{
    private const int ShortCharsMax = 512;
    private const int ShortRunsMax = 3000;
    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(20);
    private Regex? _linear;
    private Regex? _backtracking;
    private int _shortRuns;

    public required string Id { get; init; }
    public required string Label { get; init; }

    /// <summary>The expression as .NET has it; null for a rule about file names alone.</summary>
    public required string? Pattern { get; init; }

    /// <summary>The group that is the secret; 0 is the first one that matched, or everything.</summary>
    public int SecretGroup { get; init; }

    /// <summary>Shannon entropy in bits a character that the secret must be above; 0 is any.</summary>
    public double Entropy { get; init; }

    /// <summary>Lower-case words of which a line must hold one; none is any line.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>File names that the rule is about; null is all.</summary>
    public Regex? Path { get; init; }
    public IReadOnlyList<Allowlist> Allowlists { get; init; } = [];
    public Rank Rank { get; init; } = Rank.Token;

    /// <summary>Whether only what looks like a password or a key is to be taken.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>Whether only what no sentence holds is to be taken.</summary>
    public bool IsSaid { get; init; }

    /// <summary>Whether only what a machine drew, and is no digest and no id, is to be taken.</summary>
    public bool IsRandom { get; init; }

    /// <summary>The expression, run in time that is linear in the text.</summary>
    public Regex Linear => _linear ??= GoRegex.Compile(Pattern!);

    /// <summary>
    /// The expression for a text of some length. Both engines find the same. The linear one costs some
    /// milliseconds and megabytes before its first match, and most rules meet few lines: so the first short
    /// ones are left to the other.
    /// </summary>
    public Regex RegexFor(int chars)
    {
        if (_linear is not null || chars > ShortCharsMax || _shortRuns >= ShortRunsMax)
            return Linear;
        _shortRuns++;
        return _backtracking ??= new Regex(Pattern!, RegexOptions.CultureInvariant, ShortTime);
    }

    /// <summary>From now on there is only the linear engine: the other took too long.</summary>
    public void GiveUpBacktracking() => _shortRuns = ShortRunsMax;

    /// <exception cref="RuleFileException">An expression cannot be run in linear time.</exception>
    public void RequireUsable()
    {
        try
        {
            if (Pattern is not null)
                _ = Linear;
            foreach (var allowlist in Allowlists)
                allowlist.RequireUsable();
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new RuleFileException($"the regex of rule '{Id}' cannot be used: {e.Message}");
        }
    }
}

/// <summary>What a rule, or all of them, must not report.</summary>
internal sealed class Allowlist
{
    public IReadOnlyList<Lazy<Regex>> Regexes { get; init; } = [];

    /// <summary>What the expressions look at: <c>secret</c>, <c>match</c> or <c>line</c>.</summary>
    public string Target { get; init; } = "secret";
    public IReadOnlyList<Lazy<Regex>> Paths { get; init; } = [];
    public IReadOnlyList<string> StopWords { get; init; } = [];

    /// <summary>Whether every kind of check that is given must hold, not only one.</summary>
    public bool RequiresAll { get; init; }

    /// <summary>The rules it is for; none is all.</summary>
    public IReadOnlyList<string> TargetRules { get; init; } = [];

    public bool Allows(
        ReadOnlySpan<char> secret,
        ReadOnlySpan<char> match,
        ReadOnlySpan<char> line,
        string? path
    )
    {
        var text =
            Target == "line" ? line
            : Target == "match" ? match
            : secret;
        bool? words = StopWords.Count == 0 ? null : HasStopWord(secret);
        bool? regexes = Regexes.Count == 0 ? null : HasMatch(Regexes, text);
        bool? paths = Paths.Count == 0 ? null : path is not null && HasMatch(Paths, path);
        if (words is null && regexes is null && paths is null)
            return false;
        return RequiresAll
            ? (words ?? true) && (regexes ?? true) && (paths ?? true)
            : words is true || regexes is true || paths is true;
    }

    /// <exception cref="RuleFileException">An expression cannot be used.</exception>
    public void RequireUsable()
    {
        foreach (var regex in Regexes.Concat(Paths))
            _ = regex.Value;
    }

    private bool HasStopWord(ReadOnlySpan<char> secret)
    {
        foreach (var word in StopWords)
            if (secret.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    private static bool HasMatch(IReadOnlyList<Lazy<Regex>> regexes, ReadOnlySpan<char> text)
    {
        foreach (var regex in regexes)
            if (regex.Value.IsMatch(text))
                return true;
        return false;
    }
}
