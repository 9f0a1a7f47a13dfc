using System.Text;

namespace Datacurve.Core.Replay;

/// <summary>
/// The rules for a path inside a repository: relative, <c>/</c> between names, no way out of the tree, and
/// nothing that any file system would take for the repository's own <c>.git</c>.
/// </summary>
public static class RepoPath
{
    /// <summary>Half of what Linux takes, which leaves the other half to where the tree is kept.</summary>
    public const int BytesMax = 2048;
    public const int NameBytesMax = 255;
    public const int DepthMax = 128;
    private const int QuotedCharsMax = 100;

    // What HFS+ ignores in a name, so that ".g\u200cit" opens ".git" there; the list is git's own.
    private const string IgnorableChars =
        "\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u206a\u206b\u206c\u206d\u206e\u206f\ufeff";

    /// <summary>Why the path is refused, as the end of a sentence; null where it is safe.</summary>
    public static string? Objection(string path)
    {
        if (path.Length == 0)
            return "is empty";
        if (path.Contains('\0'))
            return "holds a NUL";
        if (path.Length > BytesMax || Encoding.UTF8.GetByteCount(path) > BytesMax)
            return $"is longer than {BytesMax} bytes";
        if (path[0] is '/' or '\\' || IsDriveRooted(path))
            return "is absolute";

        var names = path.Split('/');
        return names.Length > DepthMax
            ? $"is deeper than {DepthMax} folders"
            : names.Select(NameObjection).FirstOrDefault(objection => objection is not null);
    }

    /// <exception cref="PatchException">The path is not safe.</exception>
    public static string Require(string path) =>
        Objection(path) is { } objection
            ? throw new PatchException($"the path {Quote(path)} {objection}")
            : path;

    /// <summary>
    /// The repository path of what a client calls a file: relative, or absolute under the workspace root that
    /// the event names. A Windows root makes <c>\</c> a separator and its own case irrelevant.
    /// </summary>
    /// <exception cref="PatchException">The file is outside the workspace, or its path is not
    /// safe.</exception>
    public static string FromClient(string filePath, string? workspaceRoot)
    {
        var windows = IsDriveRooted(filePath) || (workspaceRoot is not null && IsDriveRooted(workspaceRoot));
        var path = windows ? filePath.Replace('\\', '/') : filePath;
        if (path.StartsWith('/') || IsDriveRooted(path))
            path = RelativeTo(path, windows ? workspaceRoot?.Replace('\\', '/') : workspaceRoot, windows);

        var names = path.Split('/').Where(name => name is not ("" or "."));
        return Require(string.Join('/', names));
    }

    /// <summary>
    /// The folders above a path, from the root down: for <c>a/b/c</c>, <c>a</c> and <c>a/b</c>.
    /// </summary>
    public static IEnumerable<string> Ancestors(string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            yield return path[..slash];
    }

    /// <summary>A path for a message: cut, so that outside input cannot fill a log.</summary>
    public static string Quote(string path) =>
        path.Length <= QuotedCharsMax ? $"'{path}'" : $"'{path[..QuotedCharsMax]}…'";

    private static string RelativeTo(string path, string? root, bool windows)
    {
        var prefix = root?.TrimEnd('/') + "/";
        var comparison = windows ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return !string.IsNullOrEmpty(root) && path.StartsWith(prefix, comparison)
            ? path[prefix.Length..]
            : throw new PatchException($"the path {Quote(path)} is outside the workspace");
    }

    private static bool IsDriveRooted(string path) =>
        path.Length >= 3 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '/' or '\\';

    private static string? NameObjection(string name)
    {
        if (name is "" or ".")
            return "holds an empty name";
        if (Encoding.UTF8.GetByteCount(name) > NameBytesMax)
            return $"holds a name longer than {NameBytesMax} bytes";
        if (name.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar))
            return "is not valid UTF-8";

        // A backslash is a separator on the machine of whoever takes a dataset to Windows.
        foreach (var part in name.Split('\\'))
            if (part == "..")
                return "leads out of the tree";
            else if (IsGitFolder(part))
                return "leads into .git";
        return null;
    }

    private static bool IsGitFolder(string name)
    {
        var visible = string.Concat(name.Where(c => !IgnorableChars.Contains(c)));
        var stream = visible.IndexOf(':');
        var bare = (stream < 0 ? visible : visible[..stream]).TrimEnd('.', ' ');
        return bare.Equals(".git", StringComparison.OrdinalIgnoreCase)
            || bare.Equals("git~1", StringComparison.OrdinalIgnoreCase);
    }
}
