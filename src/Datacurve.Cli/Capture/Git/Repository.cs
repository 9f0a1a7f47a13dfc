using System.Text;
using Datacurve.Cli.Capture.Files;

namespace Datacurve.Cli.Capture.Git;

/// <summary>A working tree and where git keeps its state; all paths are absolute.</summary>
/// <param name="Root">The top folder.</param>
/// <param name="GitFolder">The state of this working tree: HEAD, index and their logs.</param>
/// <param name="CommonFolder">What all working trees of the repository share.</param>
/// <param name="Git">Asks git about it.</param>
internal sealed record Repository(string Root, string GitFolder, string CommonFolder, GitReader Git)
{
    /// <summary>Where something tells of branches, commits, locks or ignore rules; git's own first.</summary>
    public IReadOnlyList<string> StateFolders =>
        [GitFolder, Path.Combine(GitFolder, "logs"), Path.Combine(CommonFolder, "info")];

    /// <summary>The repository that a folder is in.</summary>
    /// <exception cref="GitException">It is in none, or in one that cannot be recorded.</exception>
    public static async Task<Repository> FindAsync(string folder, CaptureLimits limits, CancellationToken ct)
    {
        var git = await GitReader.OpenAsync(folder, limits, ct);
        var answer = await git.ReadAsync(
            ct,
            "rev-parse",
            "--path-format=absolute",
            "--show-toplevel",
            "--git-dir",
            "--git-common-dir"
        );
        var text = Encoding.UTF8.GetString(answer).TrimEnd('\n');
        if (text.Split('\n') is not [var root, var gitFolder, var commonFolder])
            throw new GitException($"git does not say where the repository of {folder} is.");
        var inside = Path.GetFullPath(folder) + "/";

        // A repository's own settings can put its working tree anywhere.
        if (!Real(inside).StartsWith(Real(root) + "/", StringComparison.Ordinal))
            throw new GitException($"The repository of {folder} has its files elsewhere, in {root}.");
        if (await git.TryReadTextAsync(ct, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") is null)
            throw new GitException($"{root} has no commit yet. Commit once, then record.");
        return new Repository(root, gitFolder, commonFolder, await GitReader.OpenAsync(root, limits, ct));
    }

    private static string Real(string path)
    {
        // A link in the middle of the path, as /tmp is on macOS.
        var real = "/";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new DirectoryInfo(Path.Combine(real, name));
            real = next.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next.FullName;
        }
        return real + (path.EndsWith('/') ? "/" : "");
    }
}
