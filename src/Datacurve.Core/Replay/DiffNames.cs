namespace Datacurve.Core.Replay;

/// <summary>
/// How diffs write file names: behind <c>a/</c> and <c>b/</c> or other one-letter pairs or none, and quoted
/// as in C where they hold unusual bytes (git-diff(1), core.quotePath).
/// </summary>
internal static class DiffNames
{
    public const string Nothing = "/dev/null";

    // a/b by default, i/w/c/o with diff.mnemonicPrefix, 1/2 for two given files.
    private const string PrefixLetters = "abciow12";

    /// <summary>The name on a <c>---</c>, <c>+++</c>, rename or copy line; a tab ends it.</summary>
    public static string Read(string rest)
    {
        if (rest.StartsWith('"'))
            return Unquote(rest, out _);
        var tab = rest.IndexOf('\t');
        return tab < 0 ? rest : rest[..tab];
    }

    /// <summary>
    /// The one path of a <c>diff --git</c> line; null where both names differ, which other lines then
    /// explain.
    /// </summary>
    public static string? ReadPair(string rest)
    {
        var (old, @new) = Split(rest);
        if (old is null || @new is null)
            return null;
        (old, @new) = StripPair(old, @new);
        return old == @new ? old : null;
    }

    /// <summary>
    /// Both names without their prefixes. Only two different one-letter folders are prefixes: with
    /// <c>diff.noprefix</c> both names begin alike, and a folder called <c>a</c> stays.
    /// </summary>
    public static (string Old, string New) StripPair(string old, string @new)
    {
        if (old == Nothing || @new == Nothing)
            return (StripOne(old, 'a'), StripOne(@new, 'b'));
        return IsPrefixed(old) && IsPrefixed(@new) && old[0] != @new[0] ? (old[2..], @new[2..]) : (old, @new);
    }

    private static string StripOne(string name, char letter) =>
        IsPrefixed(name) && name[0] == letter ? name[2..] : name;

    private static bool IsPrefixed(string name) =>
        name.Length > 2 && name[1] == '/' && PrefixLetters.Contains(name[0]);

    private static (string? Old, string? New) Split(string rest)
    {
        if (rest.StartsWith('"'))
        {
            var old = Unquote(rest, out var end);
            return end < rest.Length && rest[end] == ' ' ? (old, Read(rest[(end + 1)..])) : (null, null);
        }
        var quote = rest.IndexOf(" \"", StringComparison.Ordinal);
        if (quote >= 0)
            return (rest[..quote], Read(rest[(quote + 1)..]));

        // Spaces are not quoted. Both names are one path behind prefixes of one length, so the space between
        // them is in the middle.
        var middle = rest.Length / 2;
        return rest.Length % 2 == 1 && rest[middle] == ' '
            ? (rest[..middle], rest[(middle + 1)..])
            : (null, null);
    }

    private static string Unquote(string quoted, out int end)
    {
        var bytes = new List<byte>();
        var position = 1;
        while (position < quoted.Length && quoted[position] != '"')
        {
            if (quoted[position] == '\\')
            {
                bytes.Add(Escape(quoted, ref position));
                continue;
            }
            var length = char.IsHighSurrogate(quoted[position]) && position + 1 < quoted.Length ? 2 : 1;
            bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(quoted.Substring(position, length)));
            position += length;
        }
        if (position >= quoted.Length)
            throw new PatchException("the diff holds a quoted file name without an end");
        end = position + 1;
        return DiffLines.Decode([.. bytes]);
    }

    private static byte Escape(string quoted, ref int position)
    {
        var letter = position + 1 < quoted.Length ? quoted[position + 1] : '\0';
        if (letter is >= '0' and <= '3' && position + 3 < quoted.Length)
        {
            var octal = quoted.AsSpan(position + 1, 3);
            position += 4;
            return octal.ContainsAnyExceptInRange('0', '7')
                ? throw new PatchException("the diff holds a file name with a broken escape")
                : (byte)(((octal[0] - '0') * 64) + ((octal[1] - '0') * 8) + (octal[2] - '0'));
        }
        position += 2;
        return letter switch
        {
            'a' => 7,
            'b' => 8,
            't' => 9,
            'n' => 10,
            'v' => 11,
            'f' => 12,
            'r' => 13,
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            _ => throw new PatchException("the diff holds a file name with a broken escape"),
        };
    }
}
