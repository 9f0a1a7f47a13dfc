using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Replay;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Makes what a capture starts from: the base and, where the recording goes on, the state that its log
/// leads to. The folder <c>files</c> of the recording holds both; of it only the base is ever needed again.
/// </summary>
internal sealed class CaptureStart : IDisposable
{
    private readonly Repository _repository;
    private readonly Recording _recording;
    private readonly CaptureSetup _setup;

    public CaptureStart(Repository repository, Recording recording, CaptureSetup setup)
    {
        (_repository, _recording, _setup) = (repository, recording, setup);
        Directory.CreateDirectory(Folder);
        Pending = new PendingChanges(setup.Limits, setup.Time);
        Watch = setup.Watch(repository, Pending.Add);
    }

    public string Folder => FolderOf(_recording.Files);
    public PendingChanges Pending { get; }
    public IChangeWatch Watch { get; }
    public BaseSnapshot Base { get; private set; } = null!;
    public ContentStore Contents { get; private set; } = null!;
    public Shadow Shadow { get; private set; } = null!;
    public IReadOnlyDictionary<string, string> LeftOut { get; private set; } =
        new Dictionary<string, string>();

    /// <summary>The commit at which an earlier recorder of this recording stopped.</summary>
    public string? LastCommit { get; private set; }

    public static string FolderOf(RecordingFolder recording) => Path.Combine(recording.Path, "files");

    public static string BasePathOf(RecordingFolder recording) =>
        Path.Combine(FolderOf(recording), "base.tar");

    /// <summary>Builds the base, or reads it and the log.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        // Where no code is kept, neither a base nor diffs lie here to go on from: the recording goes on from
        // the commit that is there now, under the base that it began with.
        var goesOn = File.Exists(IsCodeWithheld ? CommitPath : BasePath);
        var built = goesOn && !IsCodeWithheld ? null : await BuildAsync(goesOn, ct);
        var file = built?.File ?? File.OpenRead(BasePath);
        Contents = new ContentStore(file, Path.Combine(Folder, "contents"));
        Base = await ReadBaseAsync(file, goesOn, ct);
        await _recording.ChangeTraceAsync(Base.In, ct);
        Shadow = new Shadow(Contents, _setup.Limits.UnusedBytesMax);
        if (built is null)
            FillFromLog(BaseTar.Of(file));
        else
            FillFromBase(built.Files);
        if (built is not null && goesOn)
            LastCommit = RecordedLog.Of(_recording.Files).ReadLastCommit();
    }

    public void Dispose()
    {
        Watch.Dispose();
        Pending.Dispose();
        Contents?.Dispose();
    }

    private bool IsCodeWithheld => Withholding.IsRefused(_recording.Consent, ContentKind.Code);
    private string BasePath => BasePathOf(_recording.Files);

    private async Task<BuiltTar> BuildAsync(bool goesOn, CancellationToken ct)
    {
        var head = _repository.Head;
        var working = new WorkingTree(_repository.Root, _setup.Limits.BaseFileBytesMax);
        var builder = new BaseBuilder(
            _repository,
            working,
            _setup.CleanseOf(_recording.Manifest),
            _setup.Limits,
            _setup.Warn,
            _setup.Time
        );
        var file = CreateBase();
        var files = await builder.WriteAsync(file, _setup.BaseProgress, ct);
        await file.FlushAsync(ct);

        // The tar under its own name says that all of this is there.
        if (!goesOn)
            await File.WriteAllLinesAsync(
                CommitPath,
                [head.Commit, head.Tree, head.Branch ?? "", .. builder.Submodules],
                ct
            );
        if (!IsCodeWithheld)
            File.Move(BasePath + ".new", BasePath, overwrite: true);
        LeftOut = builder.LeftOut;
        return new BuiltTar(file, files);
    }

    // Code that is refused has no name from before it is written, so that it ends with this process in
    // whatever way that ends.
    private FileStream CreateBase()
    {
        var path = BasePath + ".new";
        var options = new FileStreamOptions
        {
            Mode = System.IO.FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
        };

        // It is a blob as well, and those are their owner's alone.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        if (IsCodeWithheld)
        {
            File.Delete(path);

            // An earlier version that was killed may have left it.
            File.Delete(BasePath);
        }
        return file;
    }

    private string CommitPath => Path.Combine(Folder, "base.txt");

    private async Task<BaseSnapshot> ReadBaseAsync(FileStream file, bool goesOn, CancellationToken ct)
    {
        var lines = await File.ReadAllLinesAsync(CommitPath, ct);
        var blobId =
            goesOn
            && _recording.Trace.Artifacts is { } artifacts
            && artifacts.TryGetValue("base_snapshot_blob_id", out var known)
                ? BlobId.Parse(known.GetString()!)
                : await _recording.AddFileAsync(file, BasePath, ContentKind.Code, ct);
        return new BaseSnapshot
        {
            CommitBase = lines[0],
            TreeHash = lines[1],
            Branch = lines[2].Length > 0 ? lines[2] : null,
            BlobId = blobId,
            Submodules = lines[3..],
        };
    }

    private void FillFromBase(IReadOnlyList<BaseFile> files)
    {
        foreach (var file in files)
            Shadow.SetKnown(
                file.Path,
                new ShadowFile
                {
                    Mode = file.Mode,
                    Digest = file.Digest,
                    IsBinary = file.IsBinary,
                    Place = file.Target is { } target ? Contents.Add(target) : file.Place,
                    Stamp = file.Stamp,
                }
            );
    }

    // What was read before the crash is not known, so every file is read once more.
    private void FillFromLog(BaseTar tar)
    {
        var log = RecordedLog.Of(_recording.Files);
        var replay = log.Replay(tar);
        LastCommit = log.LastCommit;
        var changed = replay.Changes().ToDictionary(change => change.Path, change => change.After);
        foreach (var path in tar.Paths.Where(path => !changed.ContainsKey(path)))
            Shadow.SetKnown(path, FileOf(tar.Find(path)!, tar.PlaceOf(path)));
        foreach (var (path, after) in changed)
            if (after is not null)
                Shadow.SetKnown(path, FileOf(after, place: null));
    }

    private ShadowFile FileOf(FileState state, ContentPlace? place) =>
        new()
        {
            Mode = state.Mode,
            Digest = ContentDigest.Of(state.Content),
            IsBinary = DiffText.IsBinary(state.Content),
            Place = place ?? Contents.Add(state.Content),
        };

    private sealed record BuiltTar(FileStream File, IReadOnlyList<BaseFile> Files);
}
