using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Names of people where git prints them without an address: in <c>git blame</c>, <c>git shortlog</c>, logs
/// with the author at the end, and its configuration.
/// </summary>
internal static class GitNames
{
    private const int NameCharsMax = 80;
    private const int ShortlogMax = 200;
    private const int DateChars = 10;
    private const int TimeChars = 8;
    private static readonly SearchValues<string> Zones = SearchValues.Create(
        [" +", " -"],
        StringComparison.Ordinal
    );
    private static readonly SearchValues<char> Marks = SearchValues.Create(" \t\"'|>:0123456789");
    private static readonly SearchValues<char> BeforeHash = SearchValues.Create(" *|\t\"'");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Finds the author in lines of <c>git blame</c>: hash, file, (name date number).</summary>
    public static void FindBlame(ReadOnlySpan<char> text, List<Found> found)
    {
        for (var at = DateChars + TimeChars + 3; at + 6 < text.Length; at++)
        {
            var next = text[at..].IndexOfAny(Zones);
            if (next < 0)
                break;
            at += next;
            if (IsStamp(text, at))
                AddBefore(text, at - DateChars - TimeChars - 2, found);
        }
        FindShortBlame(text, found);
    }

    /// <param name="text">The piece.</param>
    /// <param name="start">Where the words that announce a name begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="found">Takes what is found.</param>
    /// <returns>Whether these words are of those that this class knows.</returns>
    public static bool Find(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        var word = text[start..end];
        if (word.EndsWith("ago) "))
            FindAuthor(text, end, found);
        else if (word.EndsWith(" ago"))
            FindBeforeAge(text, start, found);
        else if (word.EndsWith("shortlog", StringComparison.OrdinalIgnoreCase))
            FindShortlog(text, end, found);
        else if (word.Equals("[user]", StringComparison.OrdinalIgnoreCase))
            FindMember(text, end, found);
        else if (word.EndsWith("name = ", StringComparison.OrdinalIgnoreCase))
            FindName(text, start, end, found);
        else
            return false;
        return true;
    }

    // 2024-03-15 10:11:12 +0100, a number and a bracket; given is the blank before the zone.
    private static bool IsStamp(ReadOnlySpan<char> text, int at)
    {
        if (at < DateChars + TimeChars + 3 || at + 6 >= text.Length)
            return false;
        if (text.Slice(at + 2, 4).ContainsAnyExceptInRange('0', '9'))
            return false;
        var time = text.Slice(at - TimeChars, TimeChars);
        if (
            time[2] != ':'
            || time[5] != ':'
            || !IsDate(text.Slice(at - TimeChars - 1 - DateChars, DateChars))
        )
            return false;
        var rest = text[(at + 6)..].TrimStart(' ');
        var number = rest.TrimStart("0123456789");
        return number.Length < rest.Length && number.StartsWith(")");
    }

    private static void AddBefore(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        var from = Math.Max(0, end - NameCharsMax);
        var open = text[from..end].LastIndexOf('(');
        if (open >= 0)
            Add(text, from + open + 1, end, found);
    }

    // With --date=short there is no time; the hash at the start of the line tells what it is.
    private static void FindShortBlame(ReadOnlySpan<char> text, List<Found> found)
    {
        var hash = text.StartsWith("^") ? text[1..] : text;
        var length = hash.IndexOfAnyExcept(HexDigits);
        if (length is < 7 or > 40 || hash[length] != ' ')
            return;
        var open = text.IndexOf('(');
        if (open < 0 || open > 200)
            return;
        var rest = text[(open + 1)..];
        for (var at = 0; at + DateChars + 1 < rest.Length && at < NameCharsMax; at++)
            if (rest[at] == ' ' && IsDate(rest.Slice(at + 1, DateChars)))
            {
                Add(text, open + 1, open + 1 + at, found);
                return;
            }
    }

    private static bool IsDate(ReadOnlySpan<char> text) =>
        char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[3]) && text[4] == '-' && text[7] == '-';

    // A time that is told as an age and the author in angle brackets, as many have their log.
    private static void FindAuthor(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        var rest = text[end..].TrimStart(' ');
        var start =
            rest.StartsWith("<") ? 1
            : rest.StartsWith("&lt;") ? 4
            : 0;
        if (start == 0)
        {
            FindAtEnd(text, end, found);
            return;
        }
        rest = rest[start..];
        var length = rest[..Math.Min(rest.Length, NameCharsMax)].IndexOfAny('>', '&', '<');
        if (length > 0 && People.IsName(rest[..length], wordsMin: 1))
            Add(text, text.Length - rest.Length, text.Length - rest.Length + length, found);
    }

    // HASH - (2 hours ago) SUBJECT - NAME (HEAD -> main), a log that many have as git lg
    private static void FindAtEnd(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        var open = text[..end].LastIndexOf('(');
        if (open < 0 || !text[..open].EndsWith(" - ") || !IsHash(text[..open].TrimEnd(" -")))
            return;
        var rest = text[end..].TrimEnd(" \r");
        if (rest.EndsWith(")") && rest.LastIndexOf(" (") is var names and > 0)
            rest = rest[..names];
        var start = rest.LastIndexOf(" - ") + 3;
        if (start > 3 && rest.Length - start <= NameCharsMax && People.IsName(rest[start..], wordsMin: 2))
            Add(text, end + start, end + rest.Length, found);
    }

    // HASH NAME 2 hours ago SUBJECT
    private static void FindBeforeAge(ReadOnlySpan<char> text, int unit, List<Found> found)
    {
        while (unit > 0 && char.IsAsciiLetterLower(text[unit - 1]))
            unit--;
        var number = text[..unit].TrimEnd(' ');
        var before = number.TrimEnd("0123456789");
        if (before.Length == number.Length || before is not [.., ' '])
            return;
        before = before.TrimEnd(" ,");
        var from = Math.Max(0, before.Length - NameCharsMax);
        for (var at = before.Length - 1; at > from; at--)
        {
            if (before[at] != ' ' || !IsHash(before[..at]))
                continue;
            var start = at + 1;
            if (before[start..].StartsWith("- "))
                start += 2;
            var name = before[start..];
            if (People.IsName(name, wordsMin: 2) || People.IsName(name, wordsMin: 1) && GivenNames.Has(name))
                Add(text, start, before.Length, found);
            return;
        }
    }

    // The last word is a commit's hash: seven hex digits or more, of which one is a number.
    private static bool IsHash(ReadOnlySpan<char> text)
    {
        var word = text[(text.LastIndexOfAny(BeforeHash) + 1)..];
        return word.Length is >= 7 and <= 40
            && !word.ContainsAnyExcept(HexDigits)
            && word.ContainsAnyInRange('0', '9');
    }

    // The numbers of commits and the names behind them, where the command stands before them.
    private static void FindShortlog(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        for (var (at, count) = (end, 0); at < text.Length && count < ShortlogMax; count++)
        {
            var next = text[at..].IndexOfAnyInRange('0', '9');
            if (next < 0)
                return;
            var start = Numbers.DigitsEnd(text, at + next);
            var isBehindBlank = text[at + next - 1] is ' ' or '\t';
            at = start;
            while (start < text.Length && text[start] is ' ' or '\t')
                start++;
            var length = text[start..Math.Min(text.Length, start + NameCharsMax)].IndexOfAny("\t\"<(");
            var name = text.Slice(start, length < 0 ? Math.Min(text.Length - start, NameCharsMax) : length);
            if (name.IndexOf("  ") is var gap and >= 0)
                name = name[..gap];
            name = name.TrimEnd();
            if (isBehindBlank && start > at && People.IsName(name, wordsMin: 2))
                Add(text, start, start + name.Length, found);
        }
    }

    // [user] name = NAME, where ends of lines are escaped.
    private static void FindMember(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        var rest = text[end..Math.Min(text.Length, end + NameCharsMax)];
        var at = rest.IndexOf("name", StringComparison.OrdinalIgnoreCase);
        if (at < 0 || !rest[..at].Trim(" \t\"',").IsEmpty)
            return;
        var start = end + at + 4;
        while (start < text.Length && text[start] is ' ' or '=' or '\t')
            start++;
        AddLine(text, start, found, isKnown: true);
    }

    // A line of git's configuration by itself is told from other settings by the name alone.
    private static void FindName(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        if (start == 0 || text[start - 1] is ' ' or '\t' || !text[..start].ContainsAnyExcept(Marks))
            AddLine(text, end, found, isKnown: false);
    }

    private static void AddLine(ReadOnlySpan<char> text, int start, List<Found> found, bool isKnown)
    {
        var rest = text[start..Math.Min(text.Length, start + NameCharsMax)];
        var length = rest.IndexOfAny("\"<\t\r\\");
        var name = length < 0 ? rest : rest[..length];
        if (name.IndexOf("  ") is var gap and >= 0)
            name = name[..gap];
        name = name.TrimEnd();
        var first = name.IndexOf(' ') is var blank and > 0 ? name[..blank] : name;
        if (People.IsName(name, wordsMin: isKnown ? 1 : 2) && (isKnown || GivenNames.Has(first)))
            Add(text, start, start + name.Length, found);
    }

    private static void Add(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        var name = text[start..end].TrimEnd();
        if (
            name.Length > 0
            && name[0] != '<'
            && name.ContainsAnyInRange('A', '\uffff')
            && People.IsSomebody(name)
        )
            found.Add(new Found(start, start + name.Length, People.RuleId, "person", Rank.Personal));
    }
}
