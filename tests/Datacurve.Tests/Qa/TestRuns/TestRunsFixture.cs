using System.Collections.Concurrent;
using System.Text;
using Datacurve.Core;
using Datacurve.Core.Qa;
using Datacurve.Core.Replay;
using Datacurve.Core.Traces;
using Datacurve.Core.Verdicts;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.TestRuns;
using Datacurve.Server.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Qa.TestRuns;

/// <summary>One repository and one fix, given as files, run for real and taken away again.</summary>
internal sealed class TestRunsFixture : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("datacurve-test-runs-").FullName;

    public TestRunsFixture() => Sandbox = new HostProcessSandbox(Path.Combine(_root, "sandbox"));

    public HostProcessSandbox Sandbox { get; }
    public MemoryBlobs Blobs { get; } = new();
    public TestOptions Options { get; init; } = new() { TimeoutSeconds = 60 };

    /// <param name="repository">Path and content of the base's files.</param>
    /// <param name="fix">Path and new content; null deletes.</param>
    public async Task<TestsResult> RunAsync(
        Dictionary<string, string> repository,
        Dictionary<string, string?> fix,
        TestSetup setup
    )
    {
        var changes = Changes(repository, fix);
        var command = TestPlan.CommandOf(setup, Options);
        var workspaces = new PreparedWorkspaces(
            Write("base", repository, []),
            Write("before", repository, FixRules.ForBefore(changes, command)),
            Write("after", repository, FixRules.ForAfter(changes, command))
        );
        var tests = new RunTests(
            Sandbox,
            ProjectId.Default,
            Blobs,
            Options,
            TimeProvider.System,
            NullLogger<RunTests>.Instance
        );
        return await tests.RunAsync(
            Subject(setup),
            workspaces,
            changes,
            null,
            Xunit.TestContext.Current.CancellationToken
        );
    }

    public static FileChange[] Changes(
        Dictionary<string, string> repository,
        Dictionary<string, string?> fix
    ) =>
        [
            .. fix.Select(file => new FileChange(
                file.Key,
                repository.TryGetValue(file.Key, out var before) ? State(before) : null,
                file.Value is null ? null : State(file.Value)
            )),
        ];

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static FileState State(string content) => new(Encoding.UTF8.GetBytes(content), FileMode.Regular);

    private string Write(
        string name,
        Dictionary<string, string> repository,
        IReadOnlyList<FileChange> changes
    )
    {
        var folder = Path.Combine(_root, name);
        Directory.CreateDirectory(folder);
        foreach (var (path, content) in repository)
            WriteFile(folder, path, Encoding.UTF8.GetBytes(content));
        foreach (var change in changes)
        {
            if (change.After is null)
                File.Delete(Path.Combine(folder, change.Path));
            else
                WriteFile(folder, change.Path, change.After.Content);
        }
        return folder;
    }

    private static void WriteFile(string folder, string path, byte[] content)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    private static QaSubject Subject(TestSetup setup) =>
        new()
        {
            TraceId = TraceId.New(TimeProvider.System.GetUtcNow()),
            QaJobId = Guid.NewGuid(),
            FinalState = new FinalState(),
            Events = [],
            Trace = new NewTrace
            {
                Repo = new Repo { RepoId = "sum", CommitBase = "0" },
                Task = new BugFixTask
                {
                    BugReport = new BugReport { Title = "t", Description = "d" },
                },
                Developer = new Developer { DeveloperId = "d" },
                Environment = new DevelopmentEnvironment
                {
                    Ide = new Ide { Name = "vim" },
                    Test = setup,
                },
            },
        };
}

/// <summary>Blobs in memory: what is stored on disk has its own tests.</summary>
internal sealed class MemoryBlobs : IBlobStore
{
    private readonly ConcurrentDictionary<BlobId, byte[]> _blobs = [];

    public string Text(BlobId? blobId) => Encoding.UTF8.GetString(_blobs[blobId!.Value]);

    public async Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, ct);
        var blobId = BlobId.Of(copy.ToArray());
        _blobs[blobId] = copy.ToArray();
        return new StoredBlob(blobId, copy.Length, new Uri("memory:" + blobId.Hash));
    }

    public Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct) =>
        Task.FromResult<StoredBlob?>(null);

    public Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct) =>
        Task.FromResult<Stream?>(
            _blobs.TryGetValue(blobId, out var content) ? new MemoryStream(content) : null
        );
}
