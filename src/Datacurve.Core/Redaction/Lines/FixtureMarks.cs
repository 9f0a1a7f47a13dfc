using System.Buffers;
using Datacurve.Core.Redaction.Assigned;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// Takes back what a line itself says is no secret: the marks of scanners, a comment behind the value, names
/// and values that begin or end with <c>fake</c>, <c>mock</c> and the like, and sentences of a translation.
/// </summary>
/// <remarks>
/// The marks of gitleaks and detect-secrets hold for any secret, since nobody writes one without having
/// looked at that line. The others hold only for what is a secret because of where it stands: a token in the
/// form that a vendor gives to real ones opens a door, whatever it is called.
/// </remarks>
internal static class FixtureMarks
{
    private const int NameCharsMax = 80;
    private const int CommentCharsMax = 120;
    private const int DenialChars = 8;

    private static readonly SearchValues<string> Allowances = SearchValues.Create(
        [
            "gitleaks:allow",
            "pragma: allowlist secret",
            "pragma: whitelist secret",
            "pragma: allowlist-secret",
            "pragma: whitelist-secret",
            "pragma:allowlist secret",
            "pragma:whitelist secret",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    // What ends a value and what holds it, up to a comment.
    private static readonly SearchValues<char> Closers = SearchValues.Create(" \t\"'`,;)]}>");

    private static readonly SearchValues<string> Phrases = SearchValues.Create(
        ["not a real", "not an actual", "not a secret", "test fixture"],
        StringComparison.OrdinalIgnoreCase
    );

    private static readonly string[] Words = ["fake", "dummy", "mock", "mocked"];
    private static readonly string[] NameMarks = ["fake", "mock", "dummy", "example", "sample"];
    private static readonly string[] ValueMarks = ["fake", "mock", "dummy", "test", "example", "sample"];
    private static readonly string[] Denials = ["not a", "not", "no", "n't", "never", "non", "not the"];

    /// <summary>Removes what the line of each says is no secret.</summary>
    public static void Remove(PieceText piece, List<Found> found)
    {
        var text = piece.Read;
        var mayAllow = text.ContainsAny(Allowances);
        for (var i = found.Count - 1; i >= 0; i--)
        {
            var one = found[i];
            if (one.Rank == Rank.Personal || one.RuleId.StartsWith("known-", StringComparison.Ordinal))
                continue;
            var (start, end) = (piece.ReadAt(one.Start), piece.ReadAt(one.End - 1) + 1);
            if (end > text.Length || end <= start)
                continue;
            if (
                mayAllow && IsAllowed(text, end)
                || one.Rank == Rank.Context && IsTranslated(text[..start])
                || one.Rank == Rank.Context
                    && (IsCommented(text, end) || IsNamed(text, start, end, one.RuleId))
            )
                found.RemoveAt(i);
        }
    }

    // Behind the value, on its line of a string that holds several, and not in a string beside it.
    private static bool IsAllowed(ReadOnlySpan<char> text, int end)
    {
        var rest = RestOfLine(text, end);
        var mark = rest.IndexOfAny(Allowances);
        return mark > 0 && IsOutside(rest[..mark]);
    }

    // <translation>Password del file PKCS#12</translation>
    private static bool IsTranslated(ReadOnlySpan<char> before)
    {
        var element = before.LastIndexOf("<translation");
        return element >= 0 && !before[element..].Contains("</translation", StringComparison.Ordinal);
    }

    private static bool IsCommented(ReadOnlySpan<char> text, int end)
    {
        var rest = RestOfLine(text, end);
        var at = rest.IndexOfAnyExcept(Closers);
        if (at > 0 && rest[at..].StartsWith("/> "))
            at += "/> ".Length;
        if (
            at < 1
            || at >= rest.Length
            || !IsComment(rest[at..])
            || !char.IsWhiteSpace(rest[at - 1])
            || !IsOutside(rest[..at])
        )
            return false;
        var comment = rest[at..Math.Min(rest.Length, at + CommentCharsMax)];
        if (comment.ContainsAny(Phrases))
            return true;
        foreach (var word in Words)
            if (Says(comment, word))
                return true;
        return false;
    }

    private static bool IsComment(ReadOnlySpan<char> rest) =>
        rest[0] == '#' || rest.StartsWith("//") || rest.StartsWith("/*") || rest.StartsWith("<!--");

    private static ReadOnlySpan<char> RestOfLine(ReadOnlySpan<char> text, int end)
    {
        var length = text[end..].IndexOf('\n');
        return text[end..(length < 0 ? text.Length : end + length)];
    }

    // Every string that begins behind the value ends again, and so does the value's own.
    private static bool IsOutside(ReadOnlySpan<char> between) =>
        between[0] is '"' or '\'' ? between.Count(between[0]) % 2 == 1 : between.Count('"') % 2 == 0;

    // As a word, and not "no dummy".
    private static bool Says(ReadOnlySpan<char> comment, ReadOnlySpan<char> word)
    {
        var at = comment.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return false;
        var end = at + word.Length;
        if (at == 0 || char.IsAsciiLetterOrDigit(comment[at - 1]))
            return false;
        if (end < comment.Length && (char.IsAsciiLetterOrDigit(comment[end]) || comment[end] == '_'))
            return false;
        var before = comment[Math.Max(0, at - DenialChars)..at].TrimEnd();
        foreach (var denial in Denials)
            if (before.EndsWith(denial, StringComparison.OrdinalIgnoreCase))
                return false;
        return true;
    }

    private static bool IsNamed(ReadOnlySpan<char> text, int start, int end, string rule)
    {
        var name = NameBefore(text[..start]);
        if (name.IsEmpty)
            return false;
        if (rule is Assignments.SecretRule or Assignments.PasswordRule && BeginsAsFixture(text[start..end]))
            return true;
        foreach (var mark in NameMarks)
            if (BeginsWithWord(name, mark) || EndsWithWord(name, mark))
                return true;
        return false;
    }

    // mock_…, test-…: with what parts words, so that it is no beginning of chance.
    private static bool BeginsAsFixture(ReadOnlySpan<char> value)
    {
        foreach (var mark in ValueMarks)
            if (
                value.Length > mark.Length
                && value.StartsWith(mark, StringComparison.OrdinalIgnoreCase)
                && value[mark.Length] is '-' or '_'
            )
                return true;
        return false;
    }

    // NAME = "…, "name": "…, name: string = "…
    private static ReadOnlySpan<char> NameBefore(ReadOnlySpan<char> before)
    {
        var name = LastName(before);
        return name is "string" or "String" or "str" && before[..^name.Length].Length > 0
            ? LastName(before[..before.LastIndexOf(name)])
            : name;
    }

    private static ReadOnlySpan<char> LastName(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd(" \t\"'`=:([{>,&");
        var length = 0;
        while (
            length < before.Length
            && length < NameCharsMax
            && Assignments.NameChars.Contains(before[before.Length - 1 - length])
        )
            length++;
        return before[(before.Length - length)..].Trim("-$.0123456789_");
    }

    private static bool BeginsWithWord(ReadOnlySpan<char> name, ReadOnlySpan<char> word) =>
        name.Length > word.Length
        && name.StartsWith(word, StringComparison.OrdinalIgnoreCase)
        && (
            !char.IsAsciiLetter(name[word.Length])
            || char.IsAsciiLetterUpper(name[word.Length]) && char.IsAsciiLetterLower(name[word.Length - 1])
        );

    private static bool EndsWithWord(ReadOnlySpan<char> name, ReadOnlySpan<char> word)
    {
        var at = name.Length - word.Length;
        return at > 0
            && name.EndsWith(word, StringComparison.OrdinalIgnoreCase)
            && (
                !char.IsAsciiLetter(name[at - 1])
                || char.IsAsciiLetterUpper(name[at]) && char.IsAsciiLetterLower(name[at - 1])
            );
    }
}
