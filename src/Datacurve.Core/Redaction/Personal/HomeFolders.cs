using Datacurve.Core.Redaction.Lines;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// The user in <c>/home/NAME</c>, <c>/Users/NAME</c>, <c>C:\Users\NAME</c> and <c>~NAME/</c>, however the
/// separators are escaped or encoded; the rest of the path stays.
/// </summary>
internal static class HomeFolders
{
    public const string RuleId = "home-folder";
    private const int NameCharsMax = 64;
    private const int ListingCharsMax = 160;

    // Folders under which those of users stand, beside the root.
    private static readonly string[] Parents =
    [
        "/var",
        "/usr",
        "/export",
        "/nfs",
        "/mnt",
        "/host",
        "/rootfs",
        "/host_mnt",
        "/hostfs",
        "/Volumes/Data",
        "/Volumes/Macintosh HD",
        "%3A",
        "%3a",
    ];

    // What an API does with users, as in /Users/CreateUser.
    private static readonly string[] Verbs =
    [
        "Create",
        "Delete",
        "Describe",
        "Disable",
        "Enable",
        "Get",
        "List",
        "Search",
        "Update",
        "Add",
        "Remove",
        "Authenticate",
    ];

    private static readonly string[] FileEnds =
        ".js .ts .py .jar .json .txt .html .php .md .css .sh .xml .tsx .jsx .vue .cs .go .rb .java .aspx .cshtml".Split(
            ' '
        );

    /// <param name="text">The bytes of the piece as characters, escapes as they stand.</param>
    /// <param name="start">Where <c>/home/</c> or its like begins.</param>
    /// <param name="end">Where the name begins.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<byte> text, int start, int end, List<Found> found)
    {
        var isWindows = text[start] == (byte)'\\';
        while (isWindows && end < text.Length && text[end] is (byte)'\\' or (byte)'/')
            end++;
        if (!BeginsPath(text, start, end) || isWindows && text[end - 1] is not ((byte)'\\' or (byte)'/'))
            return;
        var stop = NameEnd(text, end);
        var isDrive = isWindows || start >= 2 && text[start - 1] == (byte)':';
        if (isDrive)
            stop = WithBlanks(text, end, stop);
        Judge(text, end, stop, found);
    }

    /// <summary>Finds <c>~NAME/</c>, which a shell reads as that user's home.</summary>
    public static void FindTilde(ReadOnlySpan<byte> text, List<Found> found)
    {
        for (var at = 0; at < text.Length; )
        {
            var tilde = text[at..].IndexOf((byte)'~');
            if (tilde < 0)
                return;
            var start = at + tilde + 1;
            at = start;
            var before = start >= 2 ? text[start - 2] : (byte)' ';
            if (!" =:\"'\t("u8.Contains(before))
                continue;
            var end = NameEnd(text, start);
            if (
                end - start < 2
                || end >= text.Length
                || text[end] != (byte)'/'
                || !char.IsAsciiLetterLower((char)text[start])
                || IsMeasure(text, start, end)
            )
                continue;
            at = end;
            if (before is (byte)'"' or (byte)'\'' && Packages.AreImportedBy(text[..(start - 2)]))
                continue;
            Judge(text, start, end, found);
        }
    }

    // ~cm/s, ~separation/cos(dec), and ~ts/~B of Erlang's formats: no file's name follows.
    private static bool IsMeasure(ReadOnlySpan<byte> text, int start, int end)
    {
        if (text[start..end].StartsWith("ts"u8) && (end - start == 2 || text[start + 2] == (byte)'.'))
            return true;
        var stop = NameEnd(text, end + 1);
        return stop < text.Length && text[stop] == (byte)'('
            || end - start < 4
                && stop - end == 2
                && (stop == text.Length || text[stop] is (byte)' ' or (byte)')' or (byte)',');
    }

    private static void Judge(ReadOnlySpan<byte> text, int start, int end, List<Found> found)
    {
        if (
            end == start
            || text[start] is (byte)'.' or (byte)'-'
            || end < text.Length
                && text[end] is (byte)'$' or (byte)'{' or (byte)'<' or (byte)'*' or (byte)'(' or (byte)'['
        )
            return;

        // A sentence's end is no part of the name.
        while (end > start && text[end - 1] == (byte)'.')
            end--;
        Span<char> chars = stackalloc char[NameCharsMax];
        for (var i = start; i < end; i++)
            chars[i - start] = PieceText.CharOf(text[i]);
        ReadOnlySpan<char> name = chars[..(end - start)];
        if (
            Nobodies.Has(name)
            || Placeholder.IsIn(name)
            || !name.ContainsAnyInRange('A', '\uffff')
            || !IsFollowedByFolder(text, end) && IsFileOrVerb(name)
        )
            return;
        found.Add(new Found(start, end, RuleId, "user", Rank.Personal));
        FindOwner(text, start, end, found);
    }

    // The same name as owner or group of what ls lists: drwxr-xr-x 5 NAME staff … /Users/NAME/src.
    private static void FindOwner(ReadOnlySpan<byte> text, int start, int end, List<Found> found)
    {
        var from = Math.Max(0, start - ListingCharsMax);
        var listed = text[from..start];
        var mode = Math.Max(listed.LastIndexOf("rwx"u8), listed.LastIndexOf("rw-"u8));
        var columns = mode < 0 ? [] : listed[mode..Math.Max(mode, listed.LastIndexOf((byte)' '))];
        if (columns.IsEmpty || columns.Contains((byte)'/'))
            return;
        var name = text[start..end];
        for (var at = mode; listed[at..].IndexOf(name) is var next and >= 0; at += next + name.Length)
        {
            var (first, last) = (at + next, at + next + name.Length);
            if (listed[first - 1] == (byte)' ' && last < listed.Length && listed[last] == (byte)' ')
                found.Add(new Found(from + first, from + last, RuleId, "user", Rank.Personal));
        }
    }

    private static bool IsFollowedByFolder(ReadOnlySpan<byte> text, int end) =>
        end < text.Length && text[end] is (byte)'/' or (byte)'\\';

    private static bool IsFileOrVerb(ReadOnlySpan<char> name)
    {
        foreach (var end in FileEnds)
            if (name.EndsWith(end))
                return true;
        foreach (var verb in Verbs)
            if (
                name.StartsWith(verb)
                && name.Length > verb.Length
                && char.IsAsciiLetterUpper(name[verb.Length])
            )
                return true;
        return false;
    }

    private static int NameEnd(ReadOnlySpan<byte> text, int start)
    {
        var end = start;
        while (end < text.Length && end - start < NameCharsMax && IsNameByte(text[end]))
            end++;
        return end;
    }

    // Windows has blanks in names: words with capitals up to a separator are one name.
    private static int WithBlanks(ReadOnlySpan<byte> text, int start, int stop)
    {
        var end = stop;
        for (var words = 1; words < 4 && end + 1 < text.Length && text[end] == (byte)' '; words++)
        {
            var next = NameEnd(text, end + 1);
            if (
                next - start >= NameCharsMax
                || !char.IsAsciiLetterUpper((char)text[end + 1]) && text[end + 1] < 0x80
            )
                return stop;
            end = next;
            if (end < text.Length && text[end] is (byte)'\\' or (byte)'/')
                return char.IsAsciiLetterUpper((char)text[start]) || text[start] >= 0x80 ? end : stop;
        }
        return stop;
    }

    private static bool IsNameByte(byte c) =>
        char.IsAsciiLetterOrDigit((char)c) || c is (byte)'.' or (byte)'_' or (byte)'-' || c >= 0x80;

    private static bool BeginsPath(ReadOnlySpan<byte> text, int start, int end)
    {
        var word = text[start..end];
        if (word.StartsWith("\\"u8))
            return IsHomeOfWsl(text, start, word) || !IsHome(word) && IsDrive(text, start);

        // Servers have users too: macOS writes its folder with a capital.
        var isDrive = start >= 2 && text[start - 1] == (byte)':' && char.IsAsciiLetter((char)text[start - 2]);
        if (word.StartsWith("/users"u8) && !isDrive)
            return false;
        return word[0] == (byte)'%' ? word[1] is (byte)'5' or (byte)'2' : IsRoot(text, start);
    }

    private static bool IsHome(ReadOnlySpan<byte> word) => word.Trim((byte)'\\').Length == "home".Length;

    // \\wsl$\Ubuntu\home\NAME and \\wsl.localhost\Ubuntu\home\NAME.
    private static bool IsHomeOfWsl(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> word) =>
        IsHome(word) && text[..start].LastIndexOf("\\wsl"u8) >= 0;

    // A folder of that name deeper in a path is the project's own.
    private static bool IsRoot(ReadOnlySpan<byte> text, int start)
    {
        if (start == 0)
            return true;
        var before = text[start - 1];
        if (before == (byte)':' || before == (byte)'/')
            return true;
        // Behind the end of a line that is escaped.
        if (start >= 2 && text[start - 2] == (byte)'\\' && before is (byte)'n' or (byte)'r' or (byte)'t')
            return true;
        // /mnt/c/Users/NAME and /c/Users/NAME are Windows' from Linux.
        if (start >= 2 && text[start - 2] == (byte)'/' && char.IsAsciiLetter((char)before))
            return true;
        foreach (var parent in Parents)
            if (EndsWith(text[..start], parent))
                return true;
        return !char.IsAsciiLetterOrDigit((char)before)
            && before is not ((byte)'.' or (byte)'_' or (byte)'-' or (byte)'}' or (byte)')' or (byte)'~');
    }

    private static bool EndsWith(ReadOnlySpan<byte> text, string end)
    {
        if (text.Length < end.Length)
            return false;
        for (var i = 1; i <= end.Length; i++)
            if (text[^i] != end[^i])
                return false;
        var first = text.Length - end.Length;
        return first == 0
            || !char.IsAsciiLetterOrDigit((char)text[first - 1])
            || end[0] == '%'
            || end.Contains("Volumes");
    }

    // C:\Users, and \\machine\Users.
    private static bool IsDrive(ReadOnlySpan<byte> text, int start)
    {
        while (start > 0 && text[start - 1] == (byte)'\\')
            start--;
        if (start >= 2 && text[start - 1] == (byte)':' && char.IsAsciiLetter((char)text[start - 2]))
            return true;
        var name = start;
        while (name > 0 && IsNameByte(text[name - 1]) || name > 0 && text[name - 1] == (byte)'$')
            name--;
        return name < start && name >= 2 && text[name - 1] == (byte)'\\' && text[name - 2] == (byte)'\\';
    }
}
