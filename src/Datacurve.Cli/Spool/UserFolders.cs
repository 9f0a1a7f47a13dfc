namespace Datacurve.Cli.Spool;

/// <summary>Where a user's data and settings lie (XDG Base Directory Specification).</summary>
internal static class UserFolders
{
    /// <exception cref="RecordingException">There is no home folder.</exception>
    public static string Data() => Find("XDG_DATA_HOME", ".local/share");

    /// <inheritdoc cref="Data"/>
    public static string Config() => Find("XDG_CONFIG_HOME", ".config");

    // The specification ignores a relative path.
    private static string Find(string variable, string underHome)
    {
        var named = Environment.GetEnvironmentVariable(variable);
        if (Path.IsPathRooted(named))
            return Path.Combine(named, "datacurve");
        // One that is not there yet is made with what goes into it; unasked, its name is empty.
        var home = Environment.GetFolderPath(
            Environment.SpecialFolder.UserProfile,
            Environment.SpecialFolderOption.DoNotVerify
        );
        return home.Length > 0
            ? Path.Combine(home, underHome, "datacurve")
            : throw new RecordingException($"There is no home folder; set {variable} to a folder to use.");
    }
}
