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

    private static void Remove(string folder)
    {
        // Somebody else may have evicted it before the lock was ours.
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
