namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// A folder of things that can be made again, each with a lock file beside it, whose time says when it was
/// last used. What somebody holds is never taken away.
/// </summary>
internal static class CacheFolder
{
    private const string LockEnding = ".lock";

    public static string LockOf(string root, string key) => Path.Combine(root, key + LockEnding);

    public static void Touch(string root, string key, TimeProvider time) =>
        File.SetLastWriteTimeUtc(LockOf(root, key), time.GetUtcNow().UtcDateTime);

    /// <summary>Removes the longest unused entries over the limit, leaving room for one more.</summary>
    public static void EvictOldest(string root, int entriesMax, string keep)
    {
        var entries = new DirectoryInfo(root)
            .EnumerateFiles("*" + LockEnding)
            .Select(file => (Key: file.Name[..^LockEnding.Length], UsedAt: file.LastWriteTimeUtc))
            .Where(entry => entry.Key != keep && Directory.Exists(Path.Combine(root, entry.Key)))
            .OrderBy(entry => entry.UsedAt)
            .ToList();
        foreach (var (key, _) in entries.Take(entries.Count - Math.Max(0, entriesMax - 1)))
            if (FileLock.TryAcquire(LockOf(root, key), exclusive: true) is { } held)
                using (held)
                    Remove(Path.Combine(root, key));
    }

    /// <summary>The keys of what there is, or was.</summary>
    public static IEnumerable<string> Keys(string root) =>
        Directory.Exists(root)
            ? Directory
                .EnumerateFiles(root, "*" + LockEnding)
                .Select(path => Path.GetFileName(path)[..^LockEnding.Length])
            : [];

    /// <summary>
    /// Removes an entry with what a killed maker of it left. False where somebody holds it.
    /// </summary>
    public static bool TryRemove(string root, string key)
    {
        if (FileLock.TryAcquire(LockOf(root, key), exclusive: true) is not { } held)
            return false;
        using (held)
            foreach (var ending in (string[])["", BaseStore.UnfinishedEnding, BaseStore.ScratchEnding])
                Remove(Path.Combine(root, key + ending));
        return true;
    }

    private static void Remove(string folder)
    {
        // Somebody else may have evicted it before the lock was ours.
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
