using System.Diagnostics;
using System.Text;

namespace Datacurve.Cli.Demo;

/// <summary>A git repository in a folder of ours, worked on with git itself.</summary>
internal sealed class GitRepository(string directory)
{
    // Files come and go byte for byte, whatever line endings, keywords or exports a repository asks for.
    private const string ByteExact = "* -text -filter -ident -eol -export-ignore -export-subst\n";

    /// <summary>
    /// The user's hooks, signing and aliases have no part in this repository: what stands in the place of
    /// every variable of git's own.
    /// </summary>
    public static IReadOnlyDictionary<string, string> OwnConfiguration { get; } =
        new Dictionary<string, string>
        {
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_AUTHOR_NAME"] = "Datacurve demo",
            ["GIT_AUTHOR_EMAIL"] = "demo@datacurve.invalid",
            ["GIT_COMMITTER_NAME"] = "Datacurve demo",
            ["GIT_COMMITTER_EMAIL"] = "demo@datacurve.invalid",
        };

    public string Directory { get; } = directory;

    /// <summary>Makes a repository out of what the folder holds, with one commit.</summary>
    public async Task InitAsync(string message, CancellationToken ct)
    {
        await RunAsync(["init", "--quiet", "--initial-branch=main"], ct);
        SetByteExact();
        await CommitAsync(message, ct);
    }

    /// <summary>
    /// Clones with the user's own git settings, since those say how the forge is reached; a clone of a clone
    /// still names the forge as its origin.
    /// </summary>
    public async Task CloneAsync(string source, string origin, string commit, CancellationToken ct)
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
        await RunAsync(["remote", "set-url", "origin", origin], ct);
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

    /// <summary>One file as a commit has it, or null where it has none.</summary>
    public async Task<byte[]?> ReadAsync(string commit, string path, CancellationToken ct)
    {
        var names = await RunAsync(["ls-tree", "--name-only", "-z", commit, "--", path], ct);
        return names.Stdout.Length == 0
            ? null
            : (await RunAsync(["cat-file", "blob", $"{commit}:{path}"], ct)).Stdout;
    }

    public async Task<string> MessageAsync(string commit, CancellationToken ct) =>
        (await RunAsync(["log", "-1", "--format=%B", commit], ct)).StdoutText.Trim();

    /// <summary>Whether a variable is git's own.</summary>
    public static bool IsOwn(string variable) => variable.StartsWith("GIT_", StringComparison.Ordinal);

    private async Task<CommandResult> RunAsync(IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo("git", ["-C", Directory, .. arguments]);
        foreach (var name in start.Environment.Keys.Where(IsOwn).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in OwnConfiguration)
            start.Environment[name] = value;
        start.Environment["LC_ALL"] = "C";
        var result = await ChildProcess.RunAsync(start, ct);
        return result.ExitCode == 0
            ? result
            : throw new DemoException(
                $"git {string.Join(' ', arguments)} failed: {result.StderrText.Trim()}"
            );
    }

    private void SetByteExact()
    {
        var info = Path.Combine(Directory, ".git", "info");
        System.IO.Directory.CreateDirectory(info);
        File.WriteAllBytes(Path.Combine(info, "attributes"), Encoding.ASCII.GetBytes(ByteExact));
    }
}
