using System.Diagnostics;
using System.Text;
using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Capture.Provenance;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;
using Datacurve.Tests.Cli.Spool;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>A real git repository, its changes captured into a real recording.</summary>
internal sealed class CapturedRepository : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private RecordingStore _store;
    private Recording _recording = null!;

    private readonly SpoolOptions _spool;

    public CapturedRepository(
        CaptureSetup? setup = null,
        SpoolOptions? spool = null,
        TimeSpan? openQuiet = null
    )
    {
        _spool = spool ?? new SpoolOptions();
        Setup = setup ?? new CaptureSetup();
        Setup = Setup with
        {
            Sources = Sources,
            Limits = Setup.Limits with
            {
                Quiet = TimeSpan.FromMilliseconds(40),
                OpenQuiet = openQuiet ?? TimeSpan.FromMilliseconds(200),
            },
            Warn = Warnings.Add,
        };
        Root = _folder.Combine("repository");
        Directory.CreateDirectory(Root);
        _store = StoreIn("recordings");
        Git("init", "-q", "-b", "main");
        Git("config", "user.name", "Ada");
        Git("config", "user.email", "ada@example.org");
        Git("config", "commit.gpgsign", "false");
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;
    public string Root { get; }
    public CaptureSetup Setup { get; }
    public EditSources Sources { get; } = new();
    public List<string> Warnings { get; } = [];
    public WorkspaceCapture Capture { get; private set; } = null!;
    public Recording Recording => _recording;

    public string PathOf(string path) => Path.Combine(Root, path);

    public void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    public void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllBytes(PathOf(path), content);
    }

    public string Git(params IEnumerable<string> arguments) =>
        Encoding.UTF8.GetString(GitDiff.Run(Root, arguments));

    public void Commit(string message)
    {
        Git("add", "--all");
        Git("commit", "-q", "--allow-empty", "-m", message);
    }

    public Task StartAsync() => StartAsync(new ConsentFlags());

    public async Task StartAsync(ConsentFlags consent)
    {
        var trace = SpoolUnderTest.NewTrace();
        trace = trace with { Developer = trace.Developer with { ConsentFlags = consent } };
        _recording = _store.Create(new NewRecording { RepositoryRoot = Root, Trace = trace });
        await CaptureAsync();
    }

    /// <summary>
    /// What a recorder finds that is started after another was killed now: the disk as it is, and nothing of
    /// what was in memory.
    /// </summary>
    public async Task CrashAndContinueAsync()
    {
        var copy = _folder.Combine($"recordings-{Guid.NewGuid():N}");
        await CopyAtOneMomentAsync(_store.Root, copy);
        await Capture.DisposeAsync();
        await _recording.DisposeAsync();
        _store = StoreIn(Path.GetFileName(copy));
        _recording = _store.Continue(_recording.Id);
        await CaptureAsync();
    }

    private async Task CaptureAsync()
    {
        var repository = await Repository.FindAsync(Root, Setup.Limits, Setup.Time, Ct);
        Capture = await WorkspaceCapture.StartAsync(repository, _recording, Setup, Ct);
    }

    public async Task<List<TraceEvent>> StopAsync()
    {
        await Capture.StopAsync(Ct);
        return await EventsAsync();
    }

    public async Task<List<TraceEvent>> EventsAsync()
    {
        await _recording.FlushAsync(Ct);
        return SpoolUnderTest.Read(_recording.Files);
    }

    /// <summary>Waits until the log has what is asked for; fails where it never comes.</summary>
    public async Task<List<TraceEvent>> WaitForAsync(Func<List<TraceEvent>, bool> isThere)
    {
        for (var attempt = 0; ; attempt++)
        {
            var events = await EventsAsync();
            if (isThere(events))
                return events;
            Assert.True(attempt < 1500, string.Join('\n', Warnings.Concat(events.Select(Describe))));
            await Task.Delay(20, Ct);
        }
    }

    /// <summary>
    /// Waits until the log has everything without a last look at the whole tree; what it lacks after long is
    /// what was not heard.
    /// </summary>
    public async Task<FaithfulnessResult> SettleAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            await _recording.FlushAsync(Ct);
            var result = await CheckAsync();
            if (result.IsFaithful || attempt == 100)
                return result;
            await Task.Delay(100, Ct);
        }
    }

    public Task<FaithfulnessResult> CheckAsync() =>
        Faithfulness.CheckAsync(_recording.Files, Root, Setup, Ct);

    public static string Describe(FaithfulnessResult result) =>
        $"{result.Replay.Reason} (seq {result.Replay.BrokenAtSeq})\n"
        + string.Join('\n', result.Differences.Select(one => $"{one.Path} {one.What} (seq {one.Seq})"));

    public static string Describe(TraceEvent traceEvent) =>
        traceEvent.Payload switch
        {
            FileEdit edit =>
                $"{traceEvent.Seq} {edit.Origin} {edit.FilePath} {edit.PreHash?[7..15]} {edit.PostHash?[7..15]}",
            FileSnapshot snapshot => $"{traceEvent.Seq} {snapshot.Origin} snapshot {snapshot.FilePath}",
            var payload => $"{traceEvent.Seq} {payload.Summary}",
        };

    public string PatchOf(TraceEvent traceEvent) =>
        Encoding.UTF8.GetString(_recording.Files.Blobs.Read(((FileEdit)traceEvent.Payload).PatchBlobId)!);

    public async ValueTask DisposeAsync()
    {
        if (Capture is not null)
            await Capture.DisposeAsync();
        if (_recording is not null)
            await _recording.DisposeAsync();

        // .NET cannot name a file whose name is not UTF-8, and so not delete it.
        using (var removing = System.Diagnostics.Process.Start("rm", ["-rf", Root]))
            removing.WaitForExit();
        _folder.Dispose();
    }

    private RecordingStore StoreIn(string name) => new(_folder.Combine(name), _spool, TimeProvider.System);

    // A kill leaves the disk of one moment. A copy takes longer, and is of one where nothing changed
    // meanwhile; where files are renamed under it, it misses some and fails.
    private static async Task CopyAtOneMomentAsync(string from, string to)
    {
        for (var attempt = 0; ; attempt++)
        {
            var before = FilesOf(from);
            if (await CopyAsync(from, to) == 0 && before.SetEquals(FilesOf(from)))
                return;
            Assert.True(attempt < 500, "the recording never stood still for as long as it takes to copy it");
            if (Directory.Exists(to))
                Directory.Delete(to, recursive: true);
            await Task.Delay(1 + attempt % 7, Ct);
        }
    }

    private static HashSet<(string Path, long Length, DateTime Changed)> FilesOf(string folder) =>
        [
            .. new DirectoryInfo(folder)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc)),
        ];

    private static async Task<int> CopyAsync(string from, string to)
    {
        var start = new ProcessStartInfo("cp", ["-r", from, to])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using var copying = Process.Start(start)!;
        await copying.StandardError.ReadToEndAsync(Ct);
        await copying.WaitForExitAsync(Ct);
        return copying.ExitCode;
    }
}
