using System.Text;
using System.Text.RegularExpressions;
using Datacurve.Core.Redaction.Assigned;
using Datacurve.Core.Redaction.Pem;
using Datacurve.Core.Redaction.Personal;
using Datacurve.Core.Redaction.Rules;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// Finds what is to be replaced in one piece of a line. What it finds depends on the piece alone. Not for
/// several threads at once.
/// </summary>
internal sealed class PieceScanner(
    RuleSet rules,
    KeywordFilter keywords,
    KeywordUses uses,
    RedactionOptions options
)
{
    private const int BlanksMax = 6;
    private const int SaltChars = 64;
    private const int NameCharsMax = 80;
    private readonly List<KeywordHit> _hits = [];
    private readonly List<Found> _found = [];
    private readonly HashSet<Rule> _ran = [];
    private PieceScanner? _decoded;
    private bool _isDecoded;

    public PieceText Text { get; } = new();

    /// <summary>Whether the piece holds what may be the name of a secret.</summary>
    public bool HoldsName { get; private set; }

    /// <summary>Whether the piece speaks of codes that stand in for a second factor.</summary>
    public bool HoldsCodes { get; private set; }

    /// <summary>Whether some rule has no keyword by which lines are chosen.</summary>
    public bool LooksAtEveryLine => uses.Always.Count > 0;

    /// <summary>What the piece holds, in order and without overlaps. Valid until the next call.</summary>
    /// <param name="piece">At most <see cref="LineCutter.PieceBytesMax"/>.</param>
    /// <param name="path">The file's name, for rules that ask for it; null where there is none.</param>
    public IReadOnlyList<Found> Scan(ReadOnlySpan<byte> piece, string? path)
    {
        _found.Clear();
        _hits.Clear();
        _ran.Clear();
        Text.Set(piece);
        keywords.Collect(Text.Bytes, _hits);
        var chars = Text.Read;
        foreach (var rule in uses.Always)
            Run(rule, chars, path);
        var namesEnd = 0;
        (HoldsName, HoldsCodes) = (false, false);
        foreach (var hit in _hits)
        {
            var use = uses[hit.Keyword];
            HoldsName |= use.IsName;
            HoldsCodes |= use.Detector == Detector.Codes;
            foreach (var rule in use.Rules)
                Run(rule, chars, path);
            var end = hit.Start + use.Length;
            if (options.Context && use.IsName && end > namesEnd)
                namesEnd = FindAssigned(hit.Start, end);
            RunDetector(use, hit.Start, end);
        }
        var mayEndLine = PemLines.MayEndLine(Text.Bytes);
        if (mayEndLine || Text.Bytes.IndexOf(PemLines.Begin) >= 0)
            PemLines.Find(Text.Chars, _found);
        if (mayEndLine && options.Context && !_isDecoded)
            FindEncoded();
        if (options.LoneValues && !_isDecoded && LoneValue.MayBe(Text.Bytes))
            LoneValue.Find(Text.Chars, _found);
        if (options.PersonalData)
            PersonalData.Find(Text, _found);
        if (_found.Count > 0)
            FixtureMarks.Remove(Text, _found);
        if (_found.Count > 0 && Text.Bytes.IndexOf("REDACTED_"u8) >= 0)
            _found.RemoveAll(found => Placeholder.IsSplit(Text.Chars, found.Start, found.End));
        if (_found.Count > 0)
            Copies.Find(Text.Chars, _found);
        Settle();
        return _found;
    }

    // What a value is the base64 of is read behind its name; all of the value goes where a secret is in it.
    private void FindEncoded()
    {
        var (start, end) = EncodedText.AtEnd(Text.Chars);
        if (EncodedText.Of(Text.Chars[start..end]) is not { } text)
            return;
        _decoded ??= new PieceScanner(rules, keywords, uses, options with { PersonalData = false })
        {
            _isDecoded = true,
        };
        var name = Text.Bytes[Math.Max(0, start - NameCharsMax)..start];
        byte[] line = [.. name, .. Encoding.ASCII.GetBytes(text)];
        foreach (var found in _decoded.Scan(line, path: null))
            if (found.End > name.Length)
                _found.Add(found with { Start = start, End = end, Rank = Rank.Context });
    }

    // Names and values are read as a reader reads them, and found where they stand.
    private int FindAssigned(int start, int end)
    {
        var count = _found.Count;
        var next = Assignments.Find(Text, Text.ReadAt(start), Text.ReadAt(end), _found);
        for (; count < _found.Count; count++)
        {
            var (first, last) = Text.Place(_found[count].Start, _found[count].End);
            _found[count] = _found[count] with { Start = first, End = last };
        }
        return next >= Text.Read.Length ? int.MaxValue : Text.Place(next, next + 1).Start;
    }

    private void RunDetector(KeywordUse use, int start, int end)
    {
        switch (use.Detector)
        {
            case Detector.Scheme when options.Context:
                AuthorizationSchemes.Find(Text.Chars, start, end, _found);
                break;
            case Detector.Url when options.Context:
                UrlCredentials.Find(Text.Chars, end, _found);
                break;
            case Detector.Codes when options.Context:
                RecoveryCodes.Find(Text.Chars, end, _found);
                break;
            case Detector.Known:
                KnownValues.Find(Text.Bytes, start, use.Known!, _found);
                break;
            default:
                if (options.PersonalData)
                    PersonalData.FindBehind(use.Detector, Text, start, end, _found);
                break;
        }
    }

    private void Run(Rule rule, ReadOnlySpan<char> chars, string? path)
    {
        if (
            !_ran.Add(rule)
            || rule.Pattern is null
            || (rule.IsSaid && !options.Context)
            || (rule.Path is not null && (path is null || !rule.Path.IsMatch(path)))
        )
            return;
        var regex = rule.RegexFor(chars.Length);
        var before = _found.Count;
        try
        {
            Run(rule, regex, chars, path);
        }
        catch (RegexMatchTimeoutException)
        {
            rule.GiveUpBacktracking();
            _found.RemoveRange(before, _found.Count - before);
            Run(rule, rule.Linear, chars, path);
        }
    }

    private void Run(Rule rule, Regex regex, ReadOnlySpan<char> chars, string? path)
    {
        for (var at = 0; at < chars.Length; )
        {
            var matches = regex.EnumerateMatches(chars, at);
            if (!matches.MoveNext())
                return;
            at = matches.Current is { Length: > 0 } match
                ? Take(rule, regex, chars, match, path)
                : matches.Current.Index + 1;
        }
    }

    // What stands behind a secret may belong to the next one: so it is where that one's search begins.
    private int Take(Rule rule, Regex regex, ReadOnlySpan<char> chars, ValueMatch match, string? path)
    {
        var text = chars.Slice(match.Index, match.Length);
        var (start, length) = SecretOf(rule, regex, text);
        if (length == 0)
            return match.Index + match.Length;
        var secret = text.Slice(start, length);
        var next = match.Index + start + length;
        if (rule.Entropy > 0 && Entropy.Of(secret) <= rule.Entropy)
            return next;
        if (Placeholder.IsIn(secret) || Placeholder.IsCut(chars, match.Index + start, length))
            return next;
        if (Examples.HasExampleMark(secret))
            return next;
        if (rule.Rank == Rank.Context && (Examples.IsExample(secret) || SecretValue.IsReference(secret)))
            return next;
        if (rule.Rank == Rank.Context && LinePlace.IsInTemplate(chars, match.Index + start))
            return next;
        if (rule.IsRandom && !SecretValue.IsRandom(secret) || rule.IsSaid && !SaidPassword.Is(secret))
            return next;
        if (rule.IsDoubtful ? !SecretValue.MayBeSecret(secret) : !MayHaveBlanks(rule, secret))
            return next;
        foreach (var allowlist in rule.Allowlists)
            if (allowlist.Allows(secret, text, chars, path))
                return next;
        foreach (var allowlist in rules.Allowlists)
            if (
                (allowlist.TargetRules.Count == 0 || allowlist.TargetRules.Contains(rule.Id))
                && allowlist.Allows(secret, text, chars, path)
            )
                return next;
        var (first, end) = Text.Place(match.Index + start, match.Index + start + length);
        _found.Add(new Found(first, end, rule.Id, rule.Label, rule.Rank));
        return next;
    }

    private static bool MayHaveBlanks(Rule rule, ReadOnlySpan<char> secret) =>
        rule.Rank != Rank.Context
        || secret.Count(' ') is 0 or > BlanksMax
        || SecretValue.IsPassword(secret, PasswordPlace.Literal)
        // What WordPress draws has blanks among its signs.
        || secret.Length == SaltChars && DrawnPassword.IsNoise(secret.ToString().Replace(" ", ""));

    // As gitleaks has it: the group that the rule names, else the first that matched, else all of it.
    private static (int Start, int Length) SecretOf(Rule rule, Regex regex, ReadOnlySpan<char> text)
    {
        if (regex.GetGroupNumbers().Length == 1)
            return (0, text.Length);
        var match = regex.Match(text.ToString());
        if (rule.SecretGroup > 0)
            return match.Groups[rule.SecretGroup] is { Success: true } named
                ? (named.Index, named.Length)
                : (0, 0);
        for (var group = 1; group < match.Groups.Count; group++)
            if (match.Groups[group] is { Success: true, Length: > 0 } first)
                return (first.Index, first.Length);
        return (0, text.Length);
    }

    // Of two that overlap the surer one stays; of two as sure, what both cover together.
    private void Settle()
    {
        if (_found.Count < 2)
            return;
        _found.Sort(
            static (a, b) =>
                a.Rank != b.Rank ? b.Rank.CompareTo(a.Rank)
                : a.Start != b.Start ? a.Start.CompareTo(b.Start)
                : b.End.CompareTo(a.End)
        );
        var kept = 0;
        for (var i = 0; i < _found.Count; i++)
        {
            var next = _found[i];
            var merged = false;
            for (var k = 0; k < kept && !merged; k++)
            {
                var other = _found[k];
                if (next.Start >= other.End || next.End <= other.Start)
                    continue;
                merged = true;
                var isNested =
                    next.Start >= other.Start && next.End <= other.End
                    || next.Start <= other.Start && next.End >= other.End;
                if (!isNested || next.Rank == other.Rank)
                    _found[k] = other with
                    {
                        Start = Math.Min(other.Start, next.Start),
                        End = Math.Max(other.End, next.End),
                    };
            }
            if (!merged)
                _found[kept++] = next;
        }
        _found.RemoveRange(kept, _found.Count - kept);
        _found.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        for (var i = _found.Count - 1; i > 0; i--)
            if (_found[i].Start < _found[i - 1].End)
            {
                _found[i - 1] = _found[i - 1] with { End = Math.Max(_found[i].End, _found[i - 1].End) };
                _found.RemoveAt(i);
            }
    }
}
