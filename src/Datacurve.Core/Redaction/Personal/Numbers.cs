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
        IpAddresses.FindV6(text, found);
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

    private static int EndOf(ReadOnlySpan<char> text, int start, List<Found> found)
    {
        if (IpAddresses.TryV4(text, start, out var address))
        {
            if (address is { } kept)
                found.Add(kept);
            return IpAddresses.DottedEnd(text, start);
        }
        if ((CardNumbers.Try(text, start) ?? PhoneNumbers.Try(text, start)) is not { } number)
            return start;
        found.Add(number);
        return number.End;
    }
}
