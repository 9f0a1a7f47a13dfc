using System.Text;

namespace Datacurve.Cli.Capture.Git;

/// <summary>Of the settings that hold in a repository, those that matter here.</summary>
/// <param name="Filters">Settings that turn off every filter that is named.</param>
/// <param name="RemoteUrl">Where it was cloned from.</param>
/// <param name="HasExcludesFile">Whether a file of ignore rules is named.</param>
internal sealed record GitSettings(IReadOnlyList<string> Filters, string? RemoteUrl, bool HasExcludesFile)
{
    public static GitSettings None { get; } = new([], null, HasExcludesFile: false);

    private static readonly string[] FilterPrograms = [".clean", ".smudge", ".process"];

    /// <exception cref="GitException">There is no git, or the settings cannot be read.</exception>
    public static async Task<GitSettings> ReadAsync(GitReader git, CancellationToken ct)
    {
        var (code, output, errors) = await git.AskAsync(ct, "config", "--list", "--null");
        if (code != 0)
            throw new GitException($"git cannot read the settings of {git.Root}: {errors}");
        var settings = new Dictionary<string, string>();
        // <key> LF <value>, or a key alone
        foreach (var entry in Encoding.UTF8.GetString(output).Split('\0'))
            if (entry.Split('\n', 2) is [var key, .. var value])
                settings[key] = value is [var text] ? text : "";
        return new GitSettings(
            [.. settings.Keys.Select(TurnedOff).OfType<string>()],
            settings.GetValueOrDefault("remote.origin.url"),
            settings.ContainsKey("core.excludesfile")
        );
    }

    private static string? TurnedOff(string key) =>
        !key.StartsWith("filter.", StringComparison.Ordinal) ? null
        : key.EndsWith(".required", StringComparison.Ordinal) ? key + "=false"
        : FilterPrograms.Any(program => key.EndsWith(program, StringComparison.Ordinal)) ? key + "="
        : null;
}
