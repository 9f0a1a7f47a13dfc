using System.Text.Json;

namespace Datacurve.Cli.Spool;

/// <summary>Who holds a recording: for a sentence to a person, and to reach the process.</summary>
internal sealed record Holder
{
    public required int Pid { get; init; }
    public required string RecordingId { get; init; }

    /// <summary>Where the process listens, or null where it does not.</summary>
    public string? Socket { get; init; }
}

/// <summary>
/// A lock on a file that the kernel drops when the process ends, however it ends. Beside it stands who took
/// it last, which means something only while the lock is held.
/// </summary>
internal sealed class RecordingLock : IDisposable
{
    // EWOULDBLOCK and ERROR_SHARING_VIOLATION as the framework passes them on.
    private const int LockedOnLinux = 11;
    private const int LockedOnMac = 35;
    private const int LockedOnWindows = unchecked((int)0x80070020);

    private readonly FileStream _file;
    private readonly string _path;

    private RecordingLock(FileStream file, string path) => (_file, _path) = (file, path);

    /// <summary>The lock, or null where another process, or this one, holds it.</summary>
    /// <exception cref="IOException">The file cannot be opened for another reason.</exception>
    public static RecordingLock? TryTake(string path)
    {
        try
        {
            return new RecordingLock(
                DurableFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None),
                path
            );
        }
        catch (IOException taken) when (taken.HResult is LockedOnLinux or LockedOnMac or LockedOnWindows)
        {
            return null;
        }
    }

    /// <summary>Whether another process holds the lock, found out without keeping it from anyone.</summary>
    public static bool IsTaken(string path)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            // A shared lock for a moment: those who look never refuse each other.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>
    /// Says who holds the lock, for those who find it taken. It means nothing after a loss of power, and is
    /// not flushed.
    /// </summary>
    public void Say(string recordingId, string? socket)
    {
        var holder = new Holder
        {
            Pid = Environment.ProcessId,
            RecordingId = recordingId,
            Socket = socket,
        };
        DurableFile.Replace(
            HolderPath(_path),
            JsonSerializer.SerializeToUtf8Bytes(holder, SpoolJson.Default.Holder),
            isFlushed: false
        );
    }

    /// <summary>Who took the lock last, or null where that cannot be read.</summary>
    public static Holder? HolderOf(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(HolderPath(path)), SpoolJson.Default.Holder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        File.Delete(HolderPath(_path));
        _file.Dispose();
    }

    private static string HolderPath(string path) => path + ".holder";
}
