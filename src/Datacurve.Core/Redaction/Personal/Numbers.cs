namespace Datacurve.Core.Redaction.Personal;

/// <summary>Finds addresses, payment cards and phone numbers: whatever begins with a digit.</summary>
internal static class Numbers
{
    public static void Find(ReadOnlySpan<char> text, List<Found> found)
    {
        for (var at = 0; at < text.Length; )
        {
            var next = text[at..].IndexOfAnyInRange('0', '9');
            if (next < 0)
                break;
            var start = at + next;
            at = Math.Max(EndOf(text, start, found), DigitsEnd(text, start));
        }
        Ipv6Addresses.Find(text, found);
    }

    public static int DigitsEnd(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length && char.IsAsciiDigit(text[start]))
            start++;
        return start;
    }

    /// <summary>Whether a number here is part of a word, a path or a longer number.</summary>
    public static bool IsWithinWord(ReadOnlySpan<char> text, int start, int end) =>
        start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '.')
        || end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_');

    // What a number may be is seen from its first group and what follows; most are nothing.
    private static int EndOf(ReadOnlySpan<char> text, int start, List<Found> found)
    {
        var end = DigitsEnd(text, start);
        var next = end < text.Length ? text[end] : '\0';
        var before = start > 0 ? text[start - 1] : '\0';
        if (end - start <= 3 && next == '.' && IpAddresses.TryV4(text, start, out var address))
        {
            if (address is { } kept)
                found.Add(kept);
            return IpAddresses.DottedEnd(text, start);
        }
        Found? number = null;
        if (end - start >= 13 || (end - start == 4 && next is ' ' or '-' or '+'))
            number = CardNumbers.Try(text, start);
        var mayBePhone =
            before == '+'
            || end - start == 3 && next is '-' or '.' or ')'
            || next is ' ' or '-' or '/' or '(' && PhoneNumbers.HasZeros(text[start..end]);
        if (number is null && mayBePhone)
            number = PhoneNumbers.Try(text, start);
        if (number is null && (before == '(' || text[start] == '0' && next is ' ' or '-' or '.' or '/'))
            number = NationalForms.Try(text, start);
        if (number is not { } one)
            return end;
        found.Add(one);
        return one.End;
    }
}
