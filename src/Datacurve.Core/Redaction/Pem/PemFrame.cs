using System.Buffers;
using Datacurve.Core.Redaction.Assigned;

namespace Datacurve.Core.Redaction.Pem;

/// <summary>What stands around a range.</summary>
internal enum Frame
{
    /// <summary>Something else.</summary>
    Other,

    /// <summary>Signs, numbers of lines, names of files, elements.</summary>
    Line,

    /// <summary>Times and levels too.</summary>
    Log,

    /// <summary>Also who says it: <c>machine program[12]:</c>.</summary>
    Program,
}

/// <summary>
/// Tells what programs put around a line when they show it: quotes and the signs that join strings, numbers
/// of lines, names of files, times, levels and elements of HTML.
/// </summary>
internal static class PemFrame
{
    private const int BeforeMax = 160;
    private const int BehindMax = 40;
    private const int NumberCharsMax = 6;
    private static readonly SearchValues<char> Signs = SearchValues.Create(" \t\r\"'`,;.:()#*>|\\+-[]$=");
    private static readonly SearchValues<char> Tails = SearchValues.Create(" \t\r\"'`,;.)#*>|\\+]}");

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Labels = new HashSet<string>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        "trace",
        "debug",
        "info",
        "notice",
        "warn",
        "warning",
        "error",
        "stdout",
        "stderr",
        "o",
        "UTC",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Months =
    [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ];

    /// <summary>What stands before and behind a range.</summary>
    public static Frame Around(ReadOnlySpan<char> text, int start, int end) =>
        IsBehind(text[end..]) ? Before(text[..start]) : Frame.Other;

    private static bool IsBehind(ReadOnlySpan<char> rest)
    {
        if (rest.Length > BehindMax)
            return false;
        while (!rest.IsEmpty)
        {
            var close = rest.StartsWith("</") ? rest.IndexOf('>') : -1;
            if (close > 0)
                rest = rest[(close + 1)..];
            else if (Tails.Contains(rest[0]))
                rest = rest[1..];
            else
                return false;
        }
        return true;
    }

    private static Frame Before(ReadOnlySpan<char> before)
    {
        if (!before.ContainsAnyExcept(Signs))
            return Frame.Line;
        if (before.Length > BeforeMax)
            return Frame.Other;
        if (IsContainer(before))
            return Frame.Line;
        var (hasTime, isLog, others) = (false, false, 0);
        foreach (var range in before.SplitAny(' ', '\t'))
        {
            var token = before[range];
            if (!token.ContainsAnyExcept(Signs) || token[0] >= 0x80 || IsElement(token) || IsPlace(token))
                continue;
            var inside = token.Trim("\"',:[]()<>|");
            if (inside.IsEmpty)
                return Frame.Other;
            if (inside.Length <= NumberCharsMax && !inside.ContainsAnyExceptInRange('0', '9'))
                continue;
            isLog = true;
            if (Labels.Contains(inside) || token[0] == '[' && token[^1] is ']' or ':')
                continue;
            if (char.IsAsciiDigit(inside[0]) || Months.AsSpan().Contains(inside.ToString()))
                hasTime = true;
            else if (!hasTime || ++others > 2)
                return Frame.Other;
        }

        // 12:04:11 web.1 | …, as what runs several programs prefixes what they print.
        if (others == 1 && before.EndsWith(" | "))
            return Frame.Line;

        // Machine and program stand between the time and what the program says.
        if (others > 0 && before.TrimEnd()[^1] != ':')
            return Frame.Other;
        return others > 0 ? Frame.Program
            : isLog ? Frame.Log
            : Frame.Line;
    }

    // web_1  | and db-1 |, as what runs several containers prefixes their lines.
    private static bool IsContainer(ReadOnlySpan<char> before)
    {
        if (before is not [.., '|', ' '])
            return false;
        var name = before[..^2].TrimEnd(' ');
        var number = name.TrimEnd("0123456789");
        return number.Length < name.Length
            && number is [.., '_' or '-']
            && !number.ContainsAnyExcept(Assignments.NameChars);
    }

    // With attributes in several tokens.
    private static bool IsElement(ReadOnlySpan<char> token) =>
        token[0] == '<' || token[^1] == '>' && token.Contains('=');

    // src/key.pem:12: and src/key.pem-13-, as grep prints them.
    private static bool IsPlace(ReadOnlySpan<char> token)
    {
        if (token[^1] is not (':' or '-'))
            return false;
        var number = token[..^1];
        var name = number.TrimEnd("0123456789");
        return name.Length < number.Length && (name.IsEmpty || name[^1] is ':' or '-');
    }
}
