namespace Datacurve.Core.Redaction.Values;

/// <summary>Where capitals stand among small letters.</summary>
internal static class LetterCase
{
    private const int CamelCapitalsMin = 2;
    private const int CamelDigitsMax = 3;

    /// <summary>Whether every fourth character is of another case than the one before it.</summary>
    public static bool IsMixed(ReadOnlySpan<char> value)
    {
        var changes = 0;
        for (var i = 1; i < value.Length; i++)
            if (char.IsAsciiLetterUpper(value[i]) != char.IsAsciiLetterUpper(value[i - 1]))
                changes++;
        return changes * 4 >= value.Length;
    }

    /// <summary>
    /// Whether a small letter stands behind each capital and hardly a digit among them, as in
    /// <c>xmlSecKeyDataFormatPkcs8Pem</c> and in hardly anything that is drawn.
    /// </summary>
    public static bool IsCamel(ReadOnlySpan<char> value)
    {
        var (capitals, digits) = (0, 0);
        for (var at = 0; at < value.Length; at++)
        {
            digits += char.IsAsciiDigit(value[at]) ? 1 : 0;
            if (!char.IsAsciiLetterUpper(value[at]))
                continue;
            capitals++;
            if (at + 1 == value.Length || !char.IsAsciiLetterLower(value[at + 1]))
                return false;
        }
        return capitals >= CamelCapitalsMin && digits <= CamelDigitsMax;
    }
}
