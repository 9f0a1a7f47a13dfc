namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Follows the locks that git puts on its index: it holds one whenever it writes files of the working tree,
/// in a checkout, merge, rebase or stash, and releases it after.
/// </summary>
internal sealed class GitLock
{
    private readonly HashSet<string> _held = [];

    public bool IsHeld => _held.Count > 0;

    /// <summary>Starts from the locks that lie in git's folder.</summary>
    public void Restart(string gitFolder)
    {
        _held.Clear();
        if (!Directory.Exists(gitFolder))
            return;
        foreach (var path in Directory.EnumerateFiles(gitFolder, "index*.lock"))
            _held.Add(Path.GetFileName(path));
    }

    public void Appeared(string name)
    {
        if (IsLock(name))
            _held.Add(name);
    }

    public void Gone(string name) => _held.Remove(name);

    /// <summary>Whether a file of git's folder says something about branch, commit or ignore rules.</summary>
    public static bool IsTelling(string name) =>
        name is "HEAD" or "index" or "ORIG_HEAD" or "COMMIT_EDITMSG" or "exclude" or "config";

    private static bool IsLock(string name) =>
        name.StartsWith("index", StringComparison.Ordinal)
        && name.EndsWith(".lock", StringComparison.Ordinal);
}
