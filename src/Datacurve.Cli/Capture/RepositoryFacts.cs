using System.Diagnostics;
using System.Runtime.InteropServices;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Spool;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Capture;

/// <summary>What a trace says of the repository that it is of.</summary>
internal sealed record RepositoryFacts
{
    /// <summary>The top folder of the working tree.</summary>
    public required string Root { get; init; }

    /// <summary>Its name: of the remote's path, or of the folder.</summary>
    public required string Id { get; init; }

    /// <summary>Where it was cloned from, without a password; null where that is nowhere.</summary>
    public string? RemoteUrl { get; init; }
    public required string CommitBase { get; init; }

    /// <exception cref="RecordingException">The folder is in no git repository, or in one without a commit.</exception>
    public static async Task<RepositoryFacts> ReadAsync(string folder, CancellationToken ct)
    {
        var found = await RunGitAsync(folder, ct, "rev-parse", "--show-toplevel");
        if (found.ExitCode != 0)
            throw new RecordingException(
                found.StderrText.Contains("not a git repository", StringComparison.Ordinal)
                    ? $"{folder} is in no git repository, and a fix is recorded in one. Go to yours and try again."
                    : $"git does not say which repository {folder} is in: {found.StderrText.Trim()}"
            );
        var root = found.StdoutText.TrimEnd('\n');
        var head =
            await GitAsync(folder, ct, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
            ?? throw new RecordingException(
                $"{root} has no commit yet to start from. Make one, then record."
            );
        var remote = WithoutPassword(await GitAsync(folder, ct, "config", "--get", "remote.origin.url"));
        return new RepositoryFacts
        {
            Root = root,
            Id = remote is null ? Path.GetFileName(root) : NameOf(remote),
            RemoteUrl = remote,
            CommitBase = head,
        };
    }

    /// <summary>What opens the trace of a recording of it.</summary>
    /// <param name="tool">What the developer works with.</param>
    public NewTrace Trace(string? title, string tool) =>
        new()
        {
            Repo = new Repo
            {
                RepoId = Id,
                RemoteUrl = RemoteUrl,
                CommitBase = CommitBase,
            },
            Task = new BugFixTask
            {
                BugReport = new BugReport { Title = title ?? "untitled", Description = "" },
            },
            Developer = new Developer { DeveloperId = Environment.UserName },
            Environment = new DevelopmentEnvironment
            {
                Os = RuntimeInformation.OSDescription,
                Ide = new Ide { Name = tool },
                Timezone = TimeZoneInfo.Local.Id,
            },
            Ingestion = new Ingestion { ClientSessionId = Guid.NewGuid().ToString() },
        };

    /// <summary>The last two parts of an address's path: <c>owner/name</c>.</summary>
    public static string NameOf(string remote)
    {
        var path = remote.TrimEnd('/');
        if (path.EndsWith(".git", StringComparison.Ordinal))
            path = path[..^4];
        return string.Join('/', path.Split('/', ':')[^Math.Min(2, path.Split('/', ':').Length)..]);
    }

    /// <summary>
    /// An address without what stands before the host's @, which may be a password or a token.
    /// </summary>
    public static string? WithoutPassword(string? remote) =>
        remote is not null
        && Uri.TryCreate(remote, UriKind.Absolute, out var url)
        && url.UserInfo.Length > 0
        && url.Scheme is "http" or "https"
            ? new UriBuilder(url) { UserName = "", Password = "" }.Uri.ToString()
            : remote;

    private static async Task<string?> GitAsync(
        string folder,
        CancellationToken ct,
        params string[] arguments
    )
    {
        var result = await RunGitAsync(folder, ct, arguments);
        return result.ExitCode == 0 ? result.StdoutText.TrimEnd('\n') : null;
    }

    private static Task<CommandResult> RunGitAsync(
        string folder,
        CancellationToken ct,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo("git", ["-C", folder, .. arguments]);
        start.Environment["LC_ALL"] = "C";
        return ChildProcess.RunAsync(start, ct);
    }
}
