using System.Runtime.InteropServices;
using Datacurve.Cli.Capture.Git;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Capture;

/// <summary>What a trace says of the repository that it is of.</summary>
internal sealed record RepositoryFacts
{
    /// <summary>Its name: of the remote's path, or of the folder.</summary>
    public required string Id { get; init; }

    /// <summary>Where it was cloned from, without a password; null where that is nowhere.</summary>
    public string? RemoteUrl { get; init; }
    public required string CommitBase { get; init; }

    public static RepositoryFacts Of(Repository repository)
    {
        var remote = WithoutPassword(repository.Git.Settings.RemoteUrl);
        return new RepositoryFacts
        {
            Id = remote is null ? Path.GetFileName(repository.Root) : NameOf(remote),
            RemoteUrl = remote,
            CommitBase = repository.Head.Commit,
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
}
