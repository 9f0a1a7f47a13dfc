using System.Text;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;

namespace Datacurve.Tests.Cli.Spool;

/// <summary>A store of recordings in a folder of one test's own.</summary>
internal sealed class SpoolUnderTest : IDisposable
{
    private readonly TempFolder _folder = new();

    public SpoolUnderTest(SpoolOptions? options = null, TimeProvider? time = null) =>
        Store = new RecordingStore(
            _folder.Combine("datacurve", "recordings"),
            options ?? new SpoolOptions(),
            time ?? TimeProvider.System
        );

    public RecordingStore Store { get; }

    /// <summary>What makes the real tool use this store.</summary>
    public Dictionary<string, string> Environment =>
        new()
        {
            ["XDG_DATA_HOME"] = _folder.Path,
            ["XDG_CONFIG_HOME"] = _folder.Combine("config"),
            ["NO_COLOR"] = "1",
        };
    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    public Recording Create(string repositoryRoot = "/home/dev/freebusy") =>
        Store.Create(new NewRecording { RepositoryRoot = repositoryRoot, Trace = NewTrace() });

    public static NewTrace NewTrace() =>
        new()
        {
            Repo = new Repo { RepoId = "freebusy", CommitBase = new string('a', 40) },
            Task = new BugFixTask
            {
                BugReport = new BugReport
                {
                    Title = "free() is wrong",
                    Description = "It offers taken time.",
                },
            },
            Developer = new Developer { DeveloperId = "dev" },
            Environment = new DevelopmentEnvironment { Ide = new Ide { Name = "bash" } },
        };

    public static NewEvent Command(string command) =>
        new(ActorKind.Human, new TerminalCommand { Cwd = "/home/dev/freebusy", Command = command });

    /// <summary>A thought, its text in a blob.</summary>
    public static async Task<TraceEvent> ThinkAsync(Recording recording, string text)
    {
        var blobId = await recording.AddBlobAsync(Encoding.UTF8.GetBytes(text), Ct);
        return await recording.AddAsync(
            new NewEvent(
                ActorKind.Human,
                new Thought { ContentBlobId = blobId, Kind = ThoughtKind.Hypothesis }
            ),
            Ct
        );
    }

    /// <summary>The events on disk, as a reader finds them.</summary>
    public static List<TraceEvent> Read(RecordingFolder files) =>
        [
            .. from segment in SegmentFolder.Scan(files.Segments)
            from frame in segment.Frames
            where frame.Kind == FrameKind.Event
            select EventCatalog.Contract.Read(frame.Content.Span),
        ];
}
