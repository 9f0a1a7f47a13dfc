namespace Datacurve.Cli.Capture.Git;

/// <summary>
/// The ignore rules that the user has for every repository, with those for what editors put beside a file
/// while it is open.
/// </summary>
internal static class UserRules
{
    // Swap, backup, lock and probe files. They come first, so that the user's own rules outweigh them.
    private const string EditorFiles = """
        .*.sw[a-p]
        .*.sw?x
        *~
        .#*
        \#*\#
        4913
        *___jb_tmp___
        *___jb_old___
        .goutputstream-*

        """;

    /// <summary>Writes them into a file of this folder, and returns its path.</summary>
    /// <param name="git">Says where the user has them.</param>
    /// <param name="folder">Takes the file.</param>
    /// <param name="warn">Told where they cannot be read; a sentence for the developer.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<string> WriteAsync(
        GitReader git,
        string folder,
        Action<string> warn,
        CancellationToken ct
    )
    {
        var own = git.Settings.HasExcludesFile
            ? await git.TryReadTextAsync(ct, "config", "--type=path", "--get", "core.excludesFile") ?? ""
            : Path.Combine(ConfigFolder(), "git", "ignore");
        var rules = EditorFiles + await ReadAsync(own, warn, ct);
        var path = Path.Combine(folder, "ignore");
        if (File.Exists(path) && await File.ReadAllTextAsync(path, ct) == rules)
            return path;

        // Another process may be asking git by these rules at this moment, and must never read half of them.
        var whole = Path.Combine(folder, $"ignore.{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(whole, rules, ct);
        File.Move(whole, path, overwrite: true);
        return path;
    }

    private static async Task<string> ReadAsync(string own, Action<string> warn, CancellationToken ct)
    {
        if (!File.Exists(own))
            return "";
        if (!RulePipes.IsPipe(File.ResolveLinkTarget(own, returnFinalTarget: true)?.FullName ?? own))
            return await File.ReadAllTextAsync(own, ct);
        warn(RulePipes.Told(own));
        return "";
    }

    private static string ConfigFolder() =>
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
}
