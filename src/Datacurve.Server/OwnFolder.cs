namespace Datacurve.Server;

/// <summary>Folders for recorded code, and for what sessions are signed with.</summary>
internal static class OwnFolder
{
    private const UnixFileMode Own =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes what is missing of a path for this process's account alone. A folder that is there keeps the
    /// mode that somebody gave it.
    /// </summary>
    public static DirectoryInfo Make(string path)
    {
        // The framework gives the mode to the last folder alone.
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
            Make(parent);
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, Own);
    }
}
