namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// A lock between processes on a file that is never deleted: exclusive for who makes something, shared for
/// who uses it. The kernel releases it when its process dies.
/// </summary>
internal static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="InfrastructureException">Not free within <paramref name="patience"/>.</exception>
    public static async Task<IDisposable> AcquireAsync(
        string path,
        bool exclusive,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (TryAcquire(path, exclusive) is { } held)
                return held;
            if (time.GetElapsedTime(start) > patience)
                throw new InfrastructureException($"{Path.GetFileName(path)} is locked by another process");
            await Task.Delay(Pause, time, ct);
        }
    }

    /// <summary>The lock, or null where somebody else has it.</summary>
    public static IDisposable? TryAcquire(string path, bool exclusive)
    {
        try
        {
            // Whoever makes the file may have taken it by now, which looks the same as a lock that is held.
            if (!File.Exists(path))
                CreateEmpty(path);
            return new FileStream(
                path,
                System.IO.FileMode.Open,
                FileAccess.Read,
                exclusive ? FileShare.None : FileShare.Read
            );
        }
        catch (IOException taken) when (taken is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    private static void CreateEmpty(string path)
    {
        using var stream = new FileStream(
            path,
            System.IO.FileMode.OpenOrCreate,
            FileAccess.Write,
            FileShare.ReadWrite
        );
    }
}
