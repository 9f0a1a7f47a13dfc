namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// The codes of countries in ITU-T E.164, and how many digits a number has behind each: so many that one
/// with its area is told from other numbers, and no more than subscribers have.
/// </summary>
internal static class CountryCodes
{
    private const int CodesEnd = 1000;

    // code:least-most digits behind it.
    private const string Short =
        "1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:8-11 40:9-9 41:9-9 "
        + "43:7-13 44:9-10 45:8-8 46:7-10 47:8-8 48:9-9 49:7-12 51:8-9 52:10-11 53:8-8 54:10-11 55:10-11 "
        + "56:9-9 57:10-10 58:10-10 60:8-10 61:9-9 62:8-12 63:8-10 64:8-10 65:8-8 66:8-9 81:9-10 82:8-10 "
        + "84:9-10 86:10-11 90:10-10 91:10-10 92:9-10 93:9-9 94:9-9 95:7-10 98:10-10";

    // Codes of three digits, first-last; seven to ten digits behind all of them but a few.
    private const string Long =
        "211-213 216-216 218-218 220-269 290-291 297-299 350-359 370-383 385-387 389-389 420-421 423-423 "
        + "500-509 590-599 670-670 672-692 800-800 808-808 850-850 852-853 855-856 870-870 880-883 886-886 "
        + "888-888 960-968 970-977 979-979 992-996 998-998";

    private const int LongLeast = 6;
    private const int LongMost = 10;

    private static readonly (byte Least, byte Most)[] Lengths = Read();

    /// <summary>Reads the code that some digits begin with.</summary>
    /// <returns>How many digits the code has; 0 where no country has it.</returns>
    public static int LengthOf(ReadOnlySpan<char> digits, out int least, out int most)
    {
        var code = 0;
        for (var length = 1; length <= 3 && length <= digits.Length; length++)
        {
            code = (code * 10) + digits[length - 1] - '0';
            (least, most) = Lengths[code];
            if (most > 0 && digits[0] != '0')
                return length;
        }
        (least, most) = (0, 0);
        return 0;
    }

    private static (byte Least, byte Most)[] Read()
    {
        var lengths = new (byte Least, byte Most)[CodesEnd];
        foreach (var one in Short.Split(' '))
        {
            var parts = one.Split(':', '-');
            lengths[int.Parse(parts[0])] = (byte.Parse(parts[1]), byte.Parse(parts[2]));
        }
        foreach (var range in Long.Split(' '))
        {
            var ends = range.Split('-');
            for (var code = int.Parse(ends[0]); code <= int.Parse(ends[1]); code++)
                lengths[code] = (LongLeast, LongMost);
        }
        return lengths;
    }
}
