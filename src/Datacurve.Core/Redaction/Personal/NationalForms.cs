using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Phone numbers as people of some countries group them, with the zero of the trunk: known by the groups
/// alone in a field of a table or a string, and anywhere near a word for a phone.
/// </summary>
internal static class NationalForms
{
    private const int GroupsMax = 5;
    private static readonly SearchValues<char> FieldStarts = SearchValues.Create(",;\"'|>\t");
    private static readonly SearchValues<char> FieldEnds = SearchValues.Create(",;\"'|<\t\r");

    private static readonly SearchValues<string> PhoneWords = SearchValues.Create(
        [
            "phone",
            "tel:",
            "tel.",
            "tel;",
            "tel ",
            "fax",
            "mobil",
            "cell",
            "telefon",
            "whatsapp",
            "voice",
            "sms",
            "call ",
            "call:",
            "ring ",
            "ring:",
            "dial ",
            "reach ",
            "call us",
            "ring us",
            "text me",
            "contact",
            "handy",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>Reads a number that begins with its trunk's zero, or with an area in brackets.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="start">Where its first run of digits begins.</param>
    public static Found? Try(ReadOnlySpan<char> text, int start)
    {
        Span<int> lengths = stackalloc int[GroupsMax];
        Span<char> signs = stackalloc char[GroupsMax];
        var (count, end) = ReadGroups(text, start, lengths, signs);
        if (count < 2)
            return null;
        var isOpen = start > 0 && text[start - 1] == '(';
        if (!IsForm(text[start..], isOpen, lengths[..count], signs[..(count - 1)]))
            return null;
        var isTrunk = isOpen && count == 4 && lengths[1..4] is [3, 2, 2];
        var first =
            isTrunk ? WithTrunk(text, start - 1)
            : isOpen ? start - 1
            : start;
        isTrunk &= first < start - 1;
        var before = first == 0 ? '\0' : text[first - 1];
        var behind = end >= text.Length ? '\0' : text[end];
        if (
            char.IsAsciiLetterOrDigit(before)
            || before is '.' or '-' or '_' or '/' or '+' or '#' or '$'
            || char.IsAsciiLetterOrDigit(behind)
            || behind is '_' or '/'
            || behind is '.' or '-' or ':' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])
            || PhoneNumbers.IsFiction(text[start..end])
        )
            return null;
        if (before == ' ' && text[..first].TrimEnd(' ').EndsWith('|'))
            (before, behind) = ('|', text[end..].TrimStart(' ') is ['|', ..] ? '|' : behind);
        var isField =
            IsClear(text[start..], lengths[..count], signs[0])
            && (FieldStarts.Contains(before) || before == '\0')
            && (FieldEnds.Contains(behind) || behind == '\0' || text[end..].StartsWith("  "))
            && (before != '\0' || behind != '\0')
            && text.ContainsAnyInRange('A', 'z');
        if (!isTrunk && !isField && !Surroundings.HasWord(text, first, end, PhoneWords))
            return null;
        if (
            Surroundings.IsInRow(text, first, end, " \t")
            && !Surroundings.HasWord(text, first, end, PhoneWords)
        )
            return null;
        return new Found(first, end, PhoneNumbers.RuleId, "phone", Rank.Personal);
    }

    private static (int Count, int End) ReadGroups(
        ReadOnlySpan<char> text,
        int start,
        Span<int> lengths,
        Span<char> signs
    )
    {
        var (count, end) = (0, start);
        for (var at = start; count < GroupsMax; )
        {
            end = Numbers.DigitsEnd(text, at);
            lengths[count++] = end - at;
            at = end;
            while (at < text.Length && at - end < 3 && text[at] is ' ' or '-' or '.' or '/' or ')')
                at++;
            if (at == end || at >= text.Length || !char.IsAsciiDigit(text[at]) || count == GroupsMax)
                break;
            if (at - end > 1 && text[at - 2] != ')' && text[(end)..at].TrimStart(' ') is not (['/', ' ']))
                break;
            signs[count - 1] = text[end] == ' ' && at - end > 1 ? '/' : text[end];
        }
        return (count, end);
    }

    private static bool IsForm(
        ReadOnlySpan<char> number,
        bool isOpen,
        ReadOnlySpan<int> lengths,
        ReadOnlySpan<char> signs
    )
    {
        if (isOpen)
            return signs[0] == ')' && IsBracketed(number, lengths, signs);
        if (number[0] != '0' || number[1] == '0')
            return false;
        var sign = signs[0];
        var isUniform = !signs.ContainsAnyExcept(sign);
        var second = number[1];
        return lengths switch
        {
            // France
            [2, 2, 2, 2, 2] => isUniform && sign is ' ' or '.' or '-',
            // Japan, Australia, the Netherlands
            [3, 4, 4] => isUniform && sign is '-' or ' ' && (number[2] == '0' || second is '2' or '1'),
            [2, 4, 4] => isUniform && sign is '-' or ' ',
            [4, 3, 3] => isUniform && sign is ' ' or '-',
            [2, 8] => second == '6' && sign is '-' or ' ',
            // Britain
            [5, 6] => sign is ' ' && second is '7' or '1',
            [5, 3, 3] => isUniform && sign is ' ' && second is '7' or '1',
            // Switzerland, Sweden
            [3, 3, 2, 2] => second is >= '2' and <= '8'
                && sign is ' ' or '-'
                && signs[1] == ' '
                && signs[2] == ' ',
            // Turkey, Belgium
            [4, 3, 2, 2] or [4, 2, 2, 2] => isUniform && sign is ' ' && second is '4' or '5',
            [4, 3, 4] => isUniform && sign is ' ' or '-',
            // India
            [6, 5] => sign is ' ' or '-' && second >= '6',
            // Germany
            [4, 4, 4] or [4, 3, 5] => isUniform && sign is ' ' && second == '1',
            [4, 7] or [4, 8] => sign is '/' or '-' or ' ' && second == '1',
            [3, 6] or [3, 7] or [3, 8] or [4, 5] or [4, 6] or [5, 5] => sign is '/' or '-',
            _ => false,
        };
    }

    // Of the others there are ids and numbers of parts.
    private static bool IsClear(ReadOnlySpan<char> number, ReadOnlySpan<int> lengths, char sign) =>
        lengths switch
        {
            [2, 2, 2, 2, 2] => sign == ' ' && number[3] != '0' && number[6] != '0',
            [3, 6 or 7 or 8] or [4, 5 or 6] or [5, 5] => false,
            _ => true,
        };

    // (11) 91234-5678, (030) 1234567, (0171) 1234567.
    private static bool IsBracketed(
        ReadOnlySpan<char> number,
        ReadOnlySpan<int> lengths,
        ReadOnlySpan<char> signs
    ) =>
        lengths switch
        {
            [2, 5, 4] => signs[1] == '-' && number[..8].Contains('9'),
            // Russia, Ukraine
            [3, 3, 2, 2] => signs[1] == signs[2] && signs[1] is '-' or ' ',
            [2, 4, 4] => signs[1] == '-' || number[0] == '0' && number[1] is '2' or '3' or '7' or '8',
            [3, 6] or [3, 7] or [3, 8] or [4, 6] or [4, 7] or [5, 5] or [5, 6] => number[0] == '0',
            _ => false,
        };

    // 8 (495) and +38 (050), of which the plus may be a diff's.
    private static int WithTrunk(ReadOnlySpan<char> text, int open)
    {
        var end = text[..open].TrimEnd(' ').Length;
        var before = text[..end];
        if (open - end > 1)
            return open;
        var length =
            before.EndsWith("38") ? 2
            : before.EndsWith('8') || before.EndsWith('7') ? 1
            : 0;
        var first = end - length;
        if (length == 0 || first > 0 && char.IsAsciiLetterOrDigit(text[first - 1]))
            return open;
        return first > 0 && text[first - 1] == '+' ? first - 1 : first;
    }
}
