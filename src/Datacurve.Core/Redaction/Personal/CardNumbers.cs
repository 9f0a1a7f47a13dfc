using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Payment card numbers: of a length and beginning that a network uses, with a right check digit, in one
/// run or in the groups that are on the card. Not the numbers that networks publish for tests, and not what
/// stands among other numbers or as an id, of which one in forty looks like a card.
/// </summary>
internal static class CardNumbers
{
    public const string RuleId = "payment-card";
    private const int DigitsMax = 19;
    private const int RowChars = 48;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Currencies =
        new HashSet<string>(
            "EUR USD GBP CHF SEK NOK DKK PLN CZK HUF RON TRY JPY CNY INR AUD CAD NZD BRL MXN ZAR SGD HKD KRW".Split(
                ' '
            ),
            StringComparer.Ordinal
        ).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Published =
    [
        "4242424242424242",
        "4111111111111111",
        "4012888888881881",
        "5555555555554444",
        "5105105105105100",
        "378282246310005",
        "371449635398431",
        "6011111111111117",
        "6011000990139424",
        "3530111333300000",
        "30569309025904",
        "38520000023237",
        "4000056655665556",
        "2223003122003222",
        "5200828282828210",
        "4000000000000002",
        "4000000000009995",
        "6011000000000004",
        "3566002020360505",
        "4222222222222",
    ];

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<string> CardWords = SearchValues.Create(
        [
            "card",
            "visa",
            "maestro",
            "amex",
            "american express",
            "discover",
            "diners",
            "jcb",
            "unionpay",
            "credit",
            "debit",
            "payment",
            "pan ",
            "pan=",
            "pan:",
            "pan\"",
            "cc_",
            "ccn",
            "ccnum",
            "cvv",
            "cvc",
            "billing",
            "karte",
            "carte",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    // A value with one of these names is no card's number, however it looks.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> IdWords = new HashSet<string>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        "id",
        "ids",
        "uid",
        "gid",
        "pid",
        "tid",
        "ts",
        "time",
        "timestamp",
        "epoch",
        "us",
        "usec",
        "ns",
        "nsec",
        "offset",
        "size",
        "length",
        "bytes",
        "seed",
        "hash",
        "checksum",
        "crc",
        "key",
        "nonce",
        "count",
        "sum",
        "seq",
        "sequence",
        "rev",
        "revision",
        "serial",
        "inode",
        "trace",
        "span",
        "request",
        "order",
        "session",
        "version",
        "build",
        "commit",
        "testcase",
        "issue",
        "bug",
        "decimal",
        "int",
        "long",
        "random",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    public static Found? Try(ReadOnlySpan<char> text, int start)
    {
        Span<char> digits = stackalloc char[DigitsMax];
        Span<int> groups = stackalloc int[DigitsMax];
        var (count, group, at, separator) = (0, 0, start, '\0');
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsAsciiDigit(c))
            {
                if (count == DigitsMax)
                    return null;
                digits[count++] = c;
                groups[group]++;
                at++;
                continue;
            }
            var joins =
                c is ' ' or '-' or '+'
                && (separator == '\0' || separator == c)
                && groups[group] is 4 or 6
                && at + 1 < text.Length
                && char.IsAsciiDigit(text[at + 1]);
            if (!joins)
                break;
            separator = c;
            group++;
            at++;
        }
        var number = digits[..count];
        return
            count >= 13
            && !Numbers.IsWithinWord(text, start, at)
            && HasCardGroups(groups[..(group + 1)])
            && !IsPartOfMore(text, start, at)
            && IsIssued(number)
            && IsChecked(number)
            && !IsPublished(number)
            && IsCard(text, start, at, isGrouped: group > 0)
            ? new Found(start, at, RuleId, "card", Rank.Personal)
            : null;
    }

    private static bool IsPartOfMore(ReadOnlySpan<char> text, int start, int end) =>
        start > 0 && text[start - 1] is '-' or '+' or '#'
        || end + 1 < text.Length && text[end] is '.' or '-' && char.IsAsciiDigit(text[end + 1]);

    private static bool IsCard(ReadOnlySpan<char> text, int start, int end, bool isGrouped)
    {
        var before = text[..start];
        if (IdWords.Contains(Surroundings.KeyBefore(before)) || before.EndsWith("/"))
            return false;
        return Surroundings.HasWord(text, start, end, CardWords)
            || IsBeforeExpiry(text[end..])
            || IsCell(text, start, end) && (isGrouped || HasCurrency(text, start, end))
            || !Surroundings.IsInRow(text, start, end, " \t,;|")
                && !IsInDump(text, start, end)
                && (isGrouped || !Surroundings.HasOtherNumber(text, start, end, digits: 6));
    }

    // All of a field between separators.
    private static bool IsCell(ReadOnlySpan<char> text, int start, int end)
    {
        var before = text[..start].TrimEnd(" \"'");
        var rest = text[end..].TrimStart(" \"'");
        return before is [.., ',' or ';' or '\t' or '|'] && rest is [',' or ';' or '\t' or '|', ..];
    }

    // Amounts of money stand beside the card that paid them.
    private static bool HasCurrency(ReadOnlySpan<char> text, int start, int end)
    {
        var window = text[Math.Max(0, start - RowChars)..Math.Min(text.Length, end + RowChars)];
        foreach (var range in window.SplitAny(",;\t|"))
            if (Currencies.Contains(window[range].Trim(" \"'")))
                return true;
        return false;
    }

    // ,12/27 in a row of a table: until when a card is good.
    private static bool IsBeforeExpiry(ReadOnlySpan<char> rest)
    {
        var date = rest.TrimStart(",;|\t \"'");
        if (date.Length == rest.Length || date is not [>= '0' and <= '1', >= '0' and <= '9', '/', ..])
            return false;
        date = date[3..];
        if (date.StartsWith("20"))
            date = date[2..];
        return date is [>= '2' and <= '4', >= '0' and <= '9', ..]
            && (date.Length == 2 || !char.IsAsciiLetterOrDigit(date[2]) && date[2] != '/');
    }

    // Between groups of four hex digits.
    private static bool IsInDump(ReadOnlySpan<char> text, int start, int end) =>
        start > 4 && text[start - 1] == ' ' && IsHex(text.Slice(start - 5, 4))
        || text.Length > end + 4 && text[end] == ' ' && IsHex(text.Slice(end + 1, 4));

    private static bool IsHex(ReadOnlySpan<char> group) => !group.ContainsAnyExcept(HexDigits);

    private static bool HasCardGroups(ReadOnlySpan<int> groups) =>
        groups switch
        {
            [_] => true,
            [4, 4, 4, 4] or [4, 6, 5] or [4, 6, 4] or [4, 4, 4, 4, 3] => true,
            _ => false,
        };

    private static bool IsIssued(ReadOnlySpan<char> number)
    {
        var four = int.Parse(number[..4]);
        return number.Length switch
        {
            16 => four / 1000 == 4
                || four is >= 5100 and <= 5599 or >= 2221 and <= 2720 or 6011 or >= 6440 and <= 6599
                || four is >= 3528 and <= 3589
                || four / 100 is 62,
            15 => four / 100 is 34 or 37,
            19 => four / 100 is 62,
            14 => four / 100 is 36 or 38 or 39 || four is >= 3000 and <= 3059,
            _ => false,
        };
    }

    // Luhn's formula, ISO/IEC 7812-1.
    private static bool IsChecked(ReadOnlySpan<char> number)
    {
        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = number[^(i + 1)] - '0';
            if (i % 2 == 1)
                digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }
        return sum % 10 == 0;
    }

    private static bool IsPublished(ReadOnlySpan<char> number)
    {
        foreach (var published in Published)
            if (number.SequenceEqual(published))
                return true;
        return number[4..].TrimEnd('0').Length <= 2;
    }
}
