using System.Diagnostics;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Spool;

namespace Datacurve.Cli.Commands;

/// <summary>The commits that are the fix, read with git.</summary>
internal sealed record CommitRange(string Head, string Title, string Description)
{
    /// <summary>From the base to the last of them, of what git has stored.</summary>
    public required byte[] Diff { get; init; }

    /// <summary>The files that differ between the two.</summary>
    public required IReadOnlySet<string> Paths { get; init; }

    /// <summary>Whether these files lie in the working tree as they were committed.</summary>
    public required bool IsOnDisk { get; init; }

    /// <param name="root">The repository.</param>
    /// <param name="range">As in <c>A..B</c>; git resolves both ends.</param>
    /// <param name="commitBase">Where the recording began, which is where the fix has to begin.</param>
    /// <param name="ct">Stops git.</param>
    /// <exception cref="RecordingException">It is no range, or begins elsewhere.</exception>
    public static async Task<CommitRange> ReadAsync(
        string root,
        string range,
        string commitBase,
        CancellationToken ct
    )
    {
        if (range.Split("..") is not [{ Length: > 0 } from, { Length: > 0 } to])
            throw new RecordingException(
                $"--range takes commits such as {commitBase[..12]}..HEAD, not '{range}'."
            );
        var first = await CommitAsync(root, from, ct);
        if (first != commitBase)
            throw new RecordingException(
                $"The recording began at {commitBase}, and {from} is {first}. A fix is told from where its "
                    + $"recording began: --range {commitBase[..12]}..{to}"
            );
        var head = await CommitAsync(root, to, ct);
        var message = Text(await GitAsync(root, ct, "log", "-1", "--format=%B", head)).Split('\n', 2);
        string[] options =
        [
            "--binary",
            "--full-index",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
        ];
        string[] names = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff"];
        var paths = Names(await GitAsync(root, ct, [.. names, first, head, "--"])).ToHashSet();
        var changedSince = Names(await GitAsync(root, ct, [.. names, head, "--"]));
        return new CommitRange(head, message[0], message.Length > 1 ? message[1].Trim() : "")
        {
            Diff = await GitAsync(root, ct, ["diff", .. options, first, head, "--"]),
            Paths = paths,
            IsOnDisk = !changedSince.Any(paths.Contains),
        };
    }

    /// <summary>The commit that is checked out, or null where there is none.</summary>
    public static async Task<string?> HeadAsync(string root, CancellationToken ct)
    {
        try
        {
            return await CommitAsync(root, "HEAD", ct);
        }
        catch (RecordingException)
        {
            return null;
        }
    }

    private static async Task<string> CommitAsync(string root, string name, CancellationToken ct)
    {
        string[] verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", $"{name}^{{commit}}"];
        var result = await RunGitAsync(root, verify, ct);
        return result.ExitCode == 0
            ? Text(result.Stdout)
            : throw new RecordingException($"There is no commit {name} in {root}.");
    }

    private static string[] Names(byte[] output) =>
        System.Text.Encoding.UTF8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static string Text(byte[] output) => System.Text.Encoding.UTF8.GetString(output).Trim();

    private static async Task<byte[]> GitAsync(string root, CancellationToken ct, params string[] arguments)
    {
        var result = await RunGitAsync(root, arguments, ct);
        return result.ExitCode == 0
            ? result.Stdout
            : throw new RecordingException(
                $"git {string.Join(' ', arguments)} failed: {result.StderrText.Trim()}"
            );
    }

    private static Task<CommandResult> RunGitAsync(string root, string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo("git", ["-C", root, .. arguments]);
        start.Environment["LC_ALL"] = "C";
        // Looking must not write into the developer's index.
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        return ChildProcess.RunAsync(start, ct);
    }
}
