namespace Datacurve.Server.Storage;

/// <summary>
/// Holds a data folder for one process: a lock that the system releases when the process ends, however it
/// ends.
/// </summary>
internal sealed class DataLock : IDisposable
{
    // EWOULDBLOCK and ERROR_SHARING_VIOLATION as the framework passes them on.
    private const int LockedOnUnix = 11;
    private const int LockedOnWindows = unchecked((int)0x80070020);

    private readonly FileStream _file;

    private DataLock(FileStream file) => _file = file;

    /// <exception cref="StartException">Another process serves this database, or its folder cannot be
    /// used.</exception>
    public static DataLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            OwnFolder.Make(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new DataLock(
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            );
        }
        catch (IOException exception) when (exception.HResult is LockedOnUnix or LockedOnWindows)
        {
            throw new StartException(
                $"{databasePath} is in use by another datacurve process. Stop it, or choose "
                    + "another folder with --data."
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"{databasePath} cannot be kept there: {exception.Message} Choose another folder with --data."
            );
        }
    }

    public void Dispose() => _file.Dispose();
}
