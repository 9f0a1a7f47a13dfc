using System.Globalization;
using System.Text.RegularExpressions;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// The final diff in numbers and names: its files, their changed lines, and the words in them.
/// </summary>
internal sealed record FixDiff(IReadOnlyList<ChangedFile> Files)
{
    private static readonly Regex HunkHeader = new(
        @"^@@ -\d+(?:,(?<old>\d+))? \+\d+(?:,(?<new>\d+))? @@(?<context>.*)$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    );

    /// <summary>
    /// Reads a unified diff; what is not understood is passed over, since others validate it.
    /// </summary>
    public static FixDiff Parse(string? diff)
    {
        var files = new List<ChangedFile>();
        var old = "";
        int oldLeft = 0,
            newLeft = 0;
        foreach (var line in (diff ?? "").Split('\n'))
        {
            if (oldLeft > 0 || newLeft > 0)
            {
                if (files.Count > 0)
                    files[^1].Add(line);
                oldLeft -= line.StartsWith('+') || line.StartsWith('\\') ? 0 : 1;
                newLeft -= line.StartsWith('-') || line.StartsWith('\\') ? 0 : 1;
            }
            else if (line.StartsWith("--- ", StringComparison.Ordinal))
                old = PathOf(line);
            else if (line.StartsWith("+++ ", StringComparison.Ordinal))
                files.Add(new ChangedFile(PathOf(line) is { Length: > 0 } path ? path : old));
            else if (HunkHeader.Match(line) is { Success: true } hunk)
            {
                oldLeft = Count(hunk.Groups["old"]);
                newLeft = Count(hunk.Groups["new"]);
                if (files.Count > 0)
                    files[^1].Context.Add(hunk.Groups["context"].Value);
            }
        }

        return new FixDiff(files);
    }

    /// <summary>The path without its a/ or b/ and without a time stamp; empty for /dev/null.</summary>
    private static string PathOf(string line)
    {
        var path = line[4..].Split('\t')[0].Trim().Trim('"');
        if (path == "/dev/null")
            return "";
        return
            path.StartsWith("a/", StringComparison.Ordinal) || path.StartsWith("b/", StringComparison.Ordinal)
            ? path[2..]
            : path;
    }

    private static int Count(Group group) =>
        !group.Success ? 1
        : int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
        : 0;
}

/// <summary>One file of a diff.</summary>
internal sealed record ChangedFile(string Path)
{
    private static readonly Regex TestPath = new(
        @"(?:^|/)(?:tests?|__tests__|specs?|testdata|[^/]*\.Tests)/|(?:^|/)(?:test_[^/]*|conftest\.py)$"
            + @"|[_.-](?:test|tests|spec)\.[a-z]+$|Tests?\.(?:cs|java|kt|fs)$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );

    private static readonly Regex ProsePath = new(
        @"\.(?:md|rst|adoc|txt)$|^(?:docs?|documentation)/"
            + @"|(?:^|/)(?:CHANGELOG|CHANGES|NEWS|HISTORY|README|AUTHORS|CONTRIBUTORS|LICENSE|NOTICE)$"
            + @"|(?:^|/)(?:changelog\.d|changes\.d|newsfragments)/",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    );

    /// <summary>Text files that a build reads.</summary>
    private static readonly Regex BuildPath = new(
        @"(?:^|/)(?:CMakeLists|conanfile|[^/]*requirements[^/]*|[^/]*constraints[^/]*)\.txt$"
            + @"|(?:^|/)requirements/[^/]*\.txt$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    );

    public List<string> Added { get; } = [];
    public List<string> Removed { get; } = [];

    /// <summary>What stands after the second @@ of a hunk: the function it is in, where git knows.</summary>
    public List<string> Context { get; } = [];
    public int Lines => Added.Count + Removed.Count;
    public bool IsTest => IsTestPath(Path);
    public bool IsProse => IsProsePath(Path);

    /// <summary>The file's name without folder and extension.</summary>
    public string Stem => StemOf(Path);

    public static bool IsTestPath(string path) => TestPath.IsMatch(path);

    /// <summary>Documentation, change logs and the like: no run of the tests depends on them.</summary>
    public static bool IsProsePath(string path) =>
        ProsePath.IsMatch(path) && !IsTestPath(path) && !BuildPath.IsMatch(path);

    public static string StemOf(string path) => System.IO.Path.GetFileNameWithoutExtension(path);

    /// <summary>Lines that differ from their counterpart in white space alone.</summary>
    public int WhitespaceLines()
    {
        var removed = Removed.Select(Squeeze).ToHashSet();
        var added = Added.Select(Squeeze).ToHashSet();
        return Added.Count(line => removed.Contains(Squeeze(line)))
            + Removed.Count(line => added.Contains(Squeeze(line)));
    }

    public void Add(string line)
    {
        if (line.StartsWith('+'))
            Added.Add(line[1..]);
        else if (line.StartsWith('-'))
            Removed.Add(line[1..]);
    }

    private static string Squeeze(string line) =>
        string.Concat(line.Where(letter => !char.IsWhiteSpace(letter)));
}
