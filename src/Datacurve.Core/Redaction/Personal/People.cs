using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Names of people as git writes them: before an address in angle brackets, behind <c>Author:</c>,
/// <c>Signed-off-by:</c> and their like.
/// </summary>
internal static class People
{
    public const string RuleId = "git-identity";
    private const int NameCharsMax = 80;
    private static readonly SearchValues<char> CodeChars = SearchValues.Create("=;{}()");

    /// <param name="text">The piece.</param>
    /// <param name="end">Where the words that introduce a name end.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        var isSetting = text[..end].EndsWith("user.name", StringComparison.OrdinalIgnoreCase);
        var start = end;
        while (start < text.Length && text[start] is ' ' or '\t' or '=' or '"' or '\'')
            start++;
        if (start == end && isSetting)
            return;
        var rest = text[start..Math.Min(text.Length, start + NameCharsMax + 2)];
        var stop = isSetting ? SettingEnd(rest) : rest.IndexOf('<') - 1;
        if (stop < 1)
            return;
        var name = rest[..stop].TrimEnd();
        var hasMail =
            isSetting
            || rest[stop..].Contains('<') && text[start..].Contains('@')
            || text[start..].Contains("REDACTED_email", StringComparison.Ordinal);
        if (
            hasMail
            && name.ContainsAnyInRange('A', '\uffff')
            && !name.ContainsAny(CodeChars)
            && !Placeholder.IsIn(name)
            && !IsMachine(name)
        )
            found.Add(new Found(start, start + name.Length, RuleId, "person", Rank.Personal));
    }

    private static int SettingEnd(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny("\"'\r\t");
        return end < 0 ? rest.Length : end;
    }

    private static bool IsMachine(ReadOnlySpan<char> name) =>
        name.EndsWith("[bot]") || name is "GitHub" or "Your Name" or "root" or "GitHub Actions";
}
