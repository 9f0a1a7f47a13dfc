using System.Text;
using Datacurve.Cli.Capture.Files;

namespace Datacurve.Cli.Capture.Git;

/// <summary>What HEAD was when the repository was found; no branch where it was detached.</summary>
/// <param name="ReadAt">Taken before it was read.</param>
internal sealed record FoundHead(string Commit, string Tree, string? Branch, DateTimeOffset ReadAt);

/// <summary>A working tree and where git keeps its state; all paths are absolute.</summary>
/// <param name="Root">The top folder.</param>
/// <param name="GitFolder">The state of this working tree: HEAD, index and their logs.</param>
/// <param name="CommonFolder">What all working trees of the repository share.</param>
/// <param name="Head">What HEAD was.</param>
/// <param name="Git">Asks git about it.</param>
internal sealed record Repository(
    string Root,
    string GitFolder,
    string CommonFolder,
    FoundHead Head,
    GitReader Git
)
{
    private const string BranchPrefix = "refs/heads/";

    /// <summary>Where something tells of branches, commits, locks or ignore rules; git's own first.</summary>
    public IReadOnlyList<string> StateFolders => [GitFolder, Path.Combine(GitFolder, "logs"), InfoFolder];

    /// <summary>Has rules and attributes that are not committed.</summary>
    public string InfoFolder => Path.Combine(CommonFolder, "info");

    /// <summary>The ignore rules there.</summary>
    public string ExcludePath => Path.Combine(InfoFolder, "exclude");

    /// <summary>The repository that a folder is in. Git is started twice, at once.</summary>
    /// <exception cref="GitException">It is in none, or in one that cannot be recorded.</exception>
    public static async Task<Repository> FindAsync(
        string folder,
        CaptureLimits limits,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var readAt = time.GetUtcNow();
        var plain = GitReader.Before(folder, limits);
        var (answering, reading) = (AskAsync(plain, ct), GitSettings.ReadAsync(plain, ct));
        await Task.WhenAll(answering, reading);
        var (answer, errors) = await answering;
        if (answer is not [var root, var gitFolder, var commonFolder, .. var head])
            throw new GitException(Refusal(folder, answer.Length, errors));
        var inside = Path.GetFullPath(folder) + "/";

        // A repository's own settings can put its working tree anywhere.
        if (!Real(inside).StartsWith(Real(root) + "/", StringComparison.Ordinal))
            throw new GitException($"The repository of {folder} has its files elsewhere, in {root}.");
        if (head is not [var commit, var tree, var name])
            throw new GitException($"{root} has no commit yet to start from. Make one, then record.");
        var isOnBranch = name.StartsWith(BranchPrefix, StringComparison.Ordinal);
        var branch = isOnBranch ? name[BranchPrefix.Length..] : null;
        var found = new FoundHead(commit, tree, branch, readAt);
        return new Repository(root, gitFolder, commonFolder, found, plain.At(root, await reading));
    }

    private static async Task<(string[] Lines, string Errors)> AskAsync(GitReader git, CancellationToken ct)
    {
        var (_, output, errors) = await git.AskAsync(
            ct,
            "rev-parse",
            "--path-format=absolute",
            "--show-toplevel",
            "--git-dir",
            "--git-common-dir",
            "HEAD^{commit}",
            "HEAD^{tree}",
            "--symbolic-full-name",
            "HEAD"
        );
        return (Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries), errors);
    }

    private static string Refusal(string folder, int lines, string errors) =>
        errors.Contains("not a git repository", StringComparison.Ordinal)
            ? $"{folder} is in no git repository, and a fix is recorded in one. Go to yours and try again"
                + (Environment.GetEnvironmentVariable("GIT_DIR") is null ? "." : "; $GIT_DIR is not asked.")
        : errors.Contains("must be run in a work tree", StringComparison.Ordinal)
            ? $"{folder} has no working tree to record: it is git's own folder. Go to the files and try again."
        : lines > 0 ? $"git does not say where the repository of {folder} is."
        : $"git does not say which repository {folder} is in: {errors}";

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
