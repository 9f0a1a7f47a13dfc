namespace Datacurve.Server.Storage;

/// <summary>
/// Holds a data folder for one process: a lock that the system releases when the process ends, however it ends.
/// </summary>
internal sealed class DataLock : IDisposable
{
    private readonly FileStream _file;

    private DataLock(FileStream file) => _file = file;

    /// <exception cref="StartException">Another process serves this database.</exception>
    public static DataLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return new DataLock(
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            );
        }
        catch (IOException exception)
        {
            throw new StartException(
                $"{databasePath} is in use by another datacurve process ({exception.Message}). Stop it, or choose "
                    + "another folder with --data."
            );
        }
    }

    public void Dispose() => _file.Dispose();
}
