using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Workspaces;
using Datacurve.Tests.Replay;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datacurve.Tests.Qa.Workspaces;

/// <summary>
/// The workspaces' parts composed on a temporary folder, with traces and repositories for them.
/// </summary>
internal sealed class QaBench : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("datacurve-qa-").FullName;

    public QaBench(Func<TestOptions, TestOptions>? configure = null)
    {
        var tests = new TestOptions { AllowFileRemotes = true };
        Options = new Options
        {
            WorkPath = Path.Combine(_root, "work"),
            Tests = configure?.Invoke(tests) ?? tests,
        };
        Blobs = new FolderBlobStore(Path.Combine(_root, "blobs"));
        var git = new GitCommand(Options, TimeProvider.System);
        var mirrors = new MirrorStore(Options, git, TimeProvider.System, NullLogger<MirrorStore>.Instance);
        Bases = new BaseStore(
            Options,
            Blobs,
            mirrors,
            git,
            TimeProvider.System,
            NullLogger<BaseStore>.Instance
        );
        Builder = new WorkspaceBuilder(Options, Blobs, Bases, git, NullLogger<WorkspaceBuilder>.Instance);
        States = new StateReader(Bases, Blobs);
    }

    public Options Options { get; }
    public IBlobStore Blobs { get; }
    public BaseStore Bases { get; }
    public WorkspaceBuilder Builder { get; }
    public StateReader States { get; }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>A folder of this test that does not exist yet.</summary>
    public string NewPath(string name) => Path.Combine(_root, name);

    /// <summary>A repository with one commit that holds the files.</summary>
    public (string Path, string Commit) Repository(MemoryTree files, string name = "upstream")
    {
        var path = Directory.CreateDirectory(NewPath(name)).FullName;
        GitDiff.Run(path, "init", "-q", "-b", "main");
        return (path, Commit(path, files));
    }

    /// <summary>One more commit, of exactly what is given beside what is there.</summary>
    public static string Commit(string repository, MemoryTree files)
    {
        foreach (var (path, file) in files)
            TreeOnDisk.Write(Path.Combine(repository, path), file);
        GitDiff.Run(repository, "add", "--all", "--force", ".");
        GitDiff.Run(repository, "commit", "-q", "--allow-empty", "-m", "more");
        return Git(repository, "rev-parse", "HEAD");
    }

    public static string Git(string repository, params string[] arguments) =>
        System.Text.Encoding.UTF8.GetString(GitDiff.Run(repository, arguments)).Trim();

    public async Task<BlobId> PutAsync(byte[] content) =>
        await Blobs.PutAsync(content, CancellationToken.None);

    public static NewTrace Trace(string commit, string? remote = null, BlobId? snapshot = null) =>
        new()
        {
            Repo = new Repo
            {
                RepoId = "r",
                RemoteUrl = remote,
                CommitBase = commit,
            },
            Task = new BugFixTask
            {
                BugReport = new BugReport { Title = "t", Description = "d" },
            },
            Developer = new Developer { DeveloperId = "ada" },
            Environment = new DevelopmentEnvironment { Ide = new Ide { Name = "vim" } },
            Artifacts = snapshot is { } blobId
                ? new Dictionary<string, JsonElement>
                {
                    ["base_snapshot_blob_id"] = JsonSerializer.SerializeToElement(blobId.ToString()),
                }
                : null,
        };

    public static QaSubject Subject(
        NewTrace trace,
        BlobId? diff = null,
        params IReadOnlyList<TraceEvent> events
    ) =>
        new()
        {
            TraceId = new TraceId(Guid.NewGuid()),
            QaJobId = Guid.NewGuid(),
            Trace = trace,
            FinalState = new FinalState { Pr = new PullRequest { DiffBlobId = diff } },
            Events = events,
        };

    /// <summary>Every file and link below a folder, links unfollowed.</summary>
    public static MemoryTree Read(string folder)
    {
        var disk = new DirectoryTree(folder);
        var tree = new MemoryTree();
        foreach (var path in disk.PathsUnder(""))
            tree[path] = disk.Find(path)!;
        return tree;
    }

    public static void AssertSame(MemoryTree expected, MemoryTree actual)
    {
        Xunit.Assert.Equal(
            expected.Keys.Order(StringComparer.Ordinal),
            actual.Keys.Order(StringComparer.Ordinal)
        );
        foreach (var (path, file) in expected)
            Xunit.Assert.Equal(file, actual[path], Core.Replay.FileState.SameAs);
    }
}
