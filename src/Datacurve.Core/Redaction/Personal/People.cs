using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Names of people as git and mail write them: beside an address, behind <c>Author:</c>,
/// <c>Signed-off-by:</c> and their like, in settings.
/// </summary>
internal static class People
{
    public const string RuleId = "git-identity";
    private const int NameCharsMax = 80;
    private const int WordsMax = 5;
    private static readonly SearchValues<char> CodeChars = SearchValues.Create("=;{}()");
    private static readonly SearchValues<char> ArgumentEnds = SearchValues.Create(" \t;&|\"'");

    // What a name has between its words without a capital.
    private static readonly string[] Particles =
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "da",
        "dos",
        "du",
        "di",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "zu",
        "y",
        "ter",
    ];

    // Names of groups end with one of these.
    private static readonly string[] Groups =
    [
        "Team",
        "Maintainers",
        "Developers",
        "Project",
        "List",
        "Support",
        "Group",
        "Contributors",
        "Bugs",
        "Automation",
        "Queue",
        "Inc.",
        "Inc",
    ];

    /// <param name="text">The piece.</param>
    /// <param name="end">Where the words that introduce a name end.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        if (text[..end].EndsWith("name", StringComparison.OrdinalIgnoreCase))
        {
            FindSetting(text, end, found);
            return;
        }
        var start = end;
        while (start < text.Length && text[start] is ' ' or '\t' or '=' or '"' or '\'')
            start++;
        var rest = text[start..Math.Min(text.Length, start + NameCharsMax + 2)];
        var stop = rest.IndexOf('<') - 1;
        if (stop < 1)
        {
            // git blame --porcelain has the address on the next line, and some write trailers without one.
            var isAlone =
                text[..end] is "author " or "committer "
                || text[..end].EndsWith("-by:", StringComparison.OrdinalIgnoreCase);
            if (isAlone && IsName(rest.TrimEnd(), wordsMin: 2) && IsSomebody(rest.TrimEnd()))
                Add(start, rest.TrimEnd().Length, found);
            return;
        }
        var name = rest[..stop].TrimEnd();
        var hasMail =
            rest[stop..].Contains('<') && text[start..].Contains('@')
            || text[start..].Contains("REDACTED_email", StringComparison.Ordinal);
        if (
            hasMail
            && name.ContainsAnyInRange('A', '\uffff')
            && !name.ContainsAny(CodeChars)
            && IsSomebody(name)
        )
            Add(start, name.Length, found);
    }

    /// <summary>Finds the name in <c>NAME &lt;ADDRESS&gt;</c> and in JSON beside an address.</summary>
    public static void FindBeside(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        var before = text[..start];
        if (before.EndsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            before = before[..^"mailto:".Length];
        if (
            before.EndsWith("<")
            || before.EndsWith("&lt;")
            || before.EndsWith("u003c", StringComparison.OrdinalIgnoreCase)
        )
            FindBefore(
                before[
                    ..^(
                        before[^1] == '<' ? 1
                        : before[^1] == ';' ? 4
                        : 6
                    )
                ],
                found
            );
        FindMember(text, Math.Max(0, start - 120), start, found);
        FindMember(text, end, Math.Min(text.Length, end + 120), found);
    }

    // git config user.name NAME, user.name=NAME, GIT_AUTHOR_NAME=NAME, with quotes or without.
    private static void FindSetting(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        var isVariable = end >= 5 && text[end - 5] is '_';
        var place = end - "user.name".Length;
        var isListed =
            text[end..].StartsWith('=')
            && (isVariable ? IsName(text[(end + 1)..].TrimEnd(), wordsMin: 2) : IsAlone(text, place));
        var isGit =
            isVariable
            || isListed
            || place == 0
            || text[..end].Contains("git", StringComparison.OrdinalIgnoreCase);
        var start = end;
        while (
            start < text.Length && start - end < 5 && text[start] is ' ' or '\t' or '=' or '"' or '\'' or ':'
        )
            start++;
        if (start == end || !isGit)
            return;
        var rest = text[start..Math.Min(text.Length, start + NameCharsMax)];
        var isQuoted = text[start - 1] is '"' or '\'';
        var stop = isQuoted || isListed ? rest.IndexOfAny("\"'\t\r\\") : rest.IndexOfAny(ArgumentEnds);
        var name = stop < 0 ? rest : rest[..stop];

        // Two blanks may be the escaped end of a line.
        if (name.IndexOf("  ") is var gap and > 0)
            name = name[..gap];
        name = name.TrimEnd();
        if (
            name.StartsWith("$")
            || name.ContainsAny(CodeChars)
            || !(isQuoted || isListed || IsName(name, wordsMin: 1))
        )
            return;
        if (name.ContainsAnyInRange('A', '\uffff') && IsSomebody(name))
            Add(start, name.Length, found);
    }

    // At the start of a line, of a string, or behind the number of a line that grep prints.
    private static bool IsAlone(ReadOnlySpan<char> text, int at) =>
        at == 0
        || at > 0 && text[at - 1] is ' ' or '"' or '\'' or '>'
        || at > 1 && text[at - 1] == ':' && char.IsAsciiDigit(text[at - 2]);

    // Backwards over words that may be a name's; what stands before them is a heading or a sentence.
    private static void FindBefore(ReadOnlySpan<char> before, List<Found> found)
    {
        var end = before.TrimEnd(" \t\"'").Length;
        if (end == 0 || end == before.Length && before[^1] is not ('"' or '\''))
            return;
        var start = end;
        for (var words = 0; words < WordsMax; words++)
        {
            var wordEnd = before[..start].TrimEnd(' ').Length;
            var first = wordEnd;
            while (first > 0 && IsNameChar(before[first - 1]))
                first--;
            var word = before[first..wordEnd];
            if (!IsCapital(word) && !(words > 0 && IsParticle(word)))
                break;
            start = first;
        }
        start = SkipParticles(before, start, end);
        var name = before[start..end];
        if (IsName(name, wordsMin: 2) && IsSomebody(name))
            Add(start, name.Length, found);
    }

    private static int SkipParticles(ReadOnlySpan<char> text, int start, int end)
    {
        while (start < end)
        {
            while (start < end && text[start] == ' ')
                start++;
            var word = start;
            while (word < end && text[word] != ' ')
                word++;
            if (IsCapital(text[start..word]))
                return start;
            start = word;
        }
        return end;
    }

    // "name":"NAME" beside "email":"…", and name = "NAME" beside it.
    private static void FindMember(ReadOnlySpan<char> text, int from, int to, List<Found> found)
    {
        var at = text[from..to].IndexOf("name\"", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            at = text[from..to].IndexOf("name = \"", StringComparison.Ordinal);
        if (at < 0)
            return;
        var start = from + at + 5;
        while (start < text.Length && text[start] is ' ' or ':' or '=' or '"')
            start++;
        var length = text[start..Math.Min(text.Length, start + NameCharsMax)].IndexOf('"');
        if (length < 2 || start - from - at < 7)
            return;
        var name = text.Slice(start, length).TrimEnd();
        if (IsName(name, wordsMin: 2) && IsSomebody(name))
            Add(start, name.Length, found);
    }

    public static bool IsName(ReadOnlySpan<char> name, int wordsMin)
    {
        var words = 0;
        foreach (var range in name.Split(' '))
        {
            var word = name[range];
            if (word.IsEmpty)
                continue;
            if (!IsCapital(word) && !IsParticle(word))
                return false;
            foreach (var c in word)
                if (!IsNameChar(c))
                    return false;
            words++;
        }
        return words >= wordsMin && words <= WordsMax;
    }

    private static bool IsNameChar(char c) =>
        char.IsAsciiLetter(c) || c is '.' or '-' or '\'' or > (char)0x7f;

    private static bool IsCapital(ReadOnlySpan<char> word) =>
        word.Length > 0 && (char.IsAsciiLetterUpper(word[0]) || word[0] > 0x7f);

    private static bool IsParticle(ReadOnlySpan<char> word)
    {
        foreach (var particle in Particles)
            if (word.SequenceEqual(particle))
                return true;
        return false;
    }

    public static bool IsSomebody(ReadOnlySpan<char> name)
    {
        foreach (var group in Groups)
            if (name.EndsWith(group, StringComparison.Ordinal))
                return false;
        return !Placeholder.IsIn(name)
            && !name.EndsWith("[bot]")
            && !name.EndsWith("bot", StringComparison.OrdinalIgnoreCase)
            && !IsModel(name)
            && name
                is not (
                    "GitHub"
                    or "Your Name"
                    or "root"
                    or "GitHub Actions"
                    or "github-actions"
                    or "Copilot"
                    or "Not Committed Yet"
                );
    }

    // Claude Sonnet 4, which signs what it has written
    private static bool IsModel(ReadOnlySpan<char> name) =>
        name.StartsWith("Claude Sonnet") || name.StartsWith("Claude Opus") || name.StartsWith("Claude Haiku");

    private static void Add(int start, int length, List<Found> found) =>
        found.Add(new Found(start, start + length, RuleId, "person", Rank.Personal));
}
