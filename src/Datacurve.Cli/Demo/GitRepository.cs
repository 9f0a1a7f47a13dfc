using System.Diagnostics;
using System.Text;

namespace Datacurve.Cli.Demo;

/// <summary>A git repository in a folder of ours, worked on with git itself.</summary>
internal sealed class GitRepository(string directory)
{
    // Files come and go byte for byte, whatever line endings, keywords or exports a repository asks for.
    private const string ByteExact = "* -text -filter -ident -eol -export-ignore -export-subst\n";

    private static readonly string[] DiffOptions =
    [
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-renames",
        "--full-index",
        "--binary",
    ];

    public string Directory { get; } = directory;

    /// <summary>Makes a repository out of what the folder holds, with one commit.</summary>
    public async Task InitAsync(string message, CancellationToken ct)
    {
        await RunAsync(["init", "--quiet", "--initial-branch=main"], ct);
        SetByteExact();
        await CommitAsync(message, ct);
    }

    /// <summary>Clones with the user's own git settings, since those say how the forge is reached.</summary>
    public async Task CloneAsync(string source, string commit, CancellationToken ct)
    {
        var start = new ProcessStartInfo("git")
        {
            ArgumentList = { "clone", "--quiet", "--no-checkout", "--no-hardlinks", "--", source, Directory },
            Environment = { ["GIT_TERMINAL_PROMPT"] = "0" },
        };
        var clone = await ChildProcess.RunAsync(start, ct);
        if (clone.ExitCode != 0)
            throw new DemoException(
                $"git could not clone {source}: {clone.StderrText.Trim()}\n"
                    + "Without a network, give a local clone: ./datacurve demo itsdangerous --repo PATH"
            );
        SetByteExact();
        await RunAsync(["checkout", "--quiet", "--detach", commit], ct);
    }

    /// <summary>The full hash of a commit, or of its tree with <c>^{tree}</c>.</summary>
    public async Task<string> ResolveAsync(string revision, CancellationToken ct) =>
        (await RunAsync(["rev-parse", "--verify", "--end-of-options", revision], ct)).StdoutText.Trim();

    /// <summary>Records everything in the folder; returns the commit's hash.</summary>
    public async Task<string> CommitAsync(string message, CancellationToken ct)
    {
        await RunAsync(["add", "--all"], ct);
        await RunAsync(["commit", "--quiet", "--no-verify", "--message", message], ct);
        return await ResolveAsync("HEAD", ct);
    }

    /// <summary>
    /// What changed in one file since it was last staged, as a unified diff; and stages it.
    /// </summary>
    public async Task<byte[]> StageAsync(string path, CancellationToken ct)
    {
        if (File.Exists(Path.Combine(Directory, path)))
            await RunAsync(["add", "--intent-to-add", "--", path], ct);
        var diff = await RunAsync(["diff", .. DiffOptions, "--", path], ct);
        await RunAsync(["add", "--all", "--", path], ct);
        return diff.Stdout;
    }

    /// <summary>The unified diff between two commits.</summary>
    public async Task<byte[]> DiffAsync(string from, string to, CancellationToken ct) =>
        (await RunAsync(["diff", .. DiffOptions, from, to], ct)).Stdout;

    /// <summary>The paths that differ between two commits, sorted.</summary>
    public async Task<IReadOnlyList<string>> ChangedPathsAsync(
        string from,
        string to,
        CancellationToken ct
    ) =>
        (await RunAsync(["diff", "--name-only", "--no-renames", "-z", from, to], ct)).StdoutText.Split(
            '\0',
            StringSplitOptions.RemoveEmptyEntries
        );

    /// <summary>Makes one file as it is at a commit, on disk only.</summary>
    public Task RestoreAsync(string path, string commit, CancellationToken ct) =>
        RunAsync(["restore", "--worktree", $"--source={commit}", "--", path], ct);

    /// <summary>A commit's files as a tar.</summary>
    public async Task<byte[]> ArchiveAsync(string commit, CancellationToken ct) =>
        (await RunAsync(["archive", "--format=tar", commit], ct)).Stdout;

    /// <summary>A commit's files, and one that is in the folder but not in the commit, as a tar.</summary>
    public async Task<byte[]> ArchiveAsync(string commit, string untracked, CancellationToken ct)
    {
        var folder = Path.GetDirectoryName(untracked)!.Replace('\\', '/') + '/';
        return (
            await RunAsync(
                [
                    "archive",
                    "--format=tar",
                    $"--prefix={folder}",
                    $"--add-file={untracked}",
                    "--prefix=",
                    commit,
                ],
                ct
            )
        ).Stdout;
    }

    public async Task<string> MessageAsync(string commit, CancellationToken ct) =>
        (await RunAsync(["log", "-1", "--format=%B", commit], ct)).StdoutText.Trim();

    private async Task<CommandResult> RunAsync(IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo("git", ["-C", Directory, .. arguments]);
        SetOwnConfiguration(start.Environment);
        var result = await ChildProcess.RunAsync(start, ct);
        return result.ExitCode == 0
            ? result
            : throw new DemoException(
                $"git {string.Join(' ', arguments)} failed: {result.StderrText.Trim()}"
            );
    }

    // The user's hooks, signing and aliases have no part in this repository.
    private static void SetOwnConfiguration(IDictionary<string, string?> environment)
    {
        foreach (
            var name in environment
                .Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal))
                .ToList()
        )
            environment.Remove(name);
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["LC_ALL"] = "C";
        foreach (var role in (string[])["AUTHOR", "COMMITTER"])
        {
            environment[$"GIT_{role}_NAME"] = "Datacurve demo";
            environment[$"GIT_{role}_EMAIL"] = "demo@datacurve.invalid";
        }
    }

    private void SetByteExact()
    {
        var info = Path.Combine(Directory, ".git", "info");
        System.IO.Directory.CreateDirectory(info);
        File.WriteAllBytes(Path.Combine(info, "attributes"), Encoding.ASCII.GetBytes(ByteExact));
    }
}
