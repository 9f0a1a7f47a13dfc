namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// The environment that every command sees, whatever the machine: one home, one locale, one zone, one hash
/// seed and one clock for build tools, so that two runs differ by the code alone. A run's own values come
/// on top.
/// </summary>
internal static class SandboxEnvironment
{
    public const string Home = "/tmp/home";

    private static readonly KeyValuePair<string, string>[] Fixed =
    [
        new("HOME", Home),
        new("LANG", "C.UTF-8"),
        new("LC_ALL", "C.UTF-8"),
        new("TZ", "UTC"),
        // Sets and dictionaries iterate in the same order in every run.
        new("PYTHONHASHSEED", "0"),
        new("PYTHONDONTWRITEBYTECODE", "1"),
        // 1980-01-01, the earliest time that zip archives can hold.
        new("SOURCE_DATE_EPOCH", "315532800"),
        // Most runners drop colours and progress bars when they see these.
        new("CI", "true"),
        new("NO_COLOR", "1"),
        new("TERM", "dumb"),
    ];

    // Setup installs into the image itself, and leaves nothing there that only a later setup would use.
    private static readonly KeyValuePair<string, string>[] ForSetup =
    [
        new("DEBIAN_FRONTEND", "noninteractive"),
        new("PIP_BREAK_SYSTEM_PACKAGES", "1"),
        new("PIP_NO_CACHE_DIR", "1"),
        new("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
        new("npm_config_cache", "/tmp/npm"),
    ];

    public static Dictionary<string, string> Run(IReadOnlyDictionary<string, string> own)
    {
        var all = new Dictionary<string, string>(Fixed);
        foreach (var (name, value) in own)
            all[name] = value;
        return all;
    }

    /// <summary>
    /// Shell lines for setup only: an image made from the container would keep its environment.
    /// </summary>
    public static string SetupExports() =>
        string.Concat(ForSetup.Select(pair => $"export {pair.Key}={pair.Value}\n"));
}
