using System.Formats.Tar;
using System.Text;
using Datacurve.Cli.Capture.Git;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// A file of the base: its content as recorded by digest and place in the tar, or where it is a link its
/// target; and its stamp where the disk has that content.
/// </summary>
internal sealed record BaseFile(
    string Path,
    FileMode Mode,
    ContentDigest Digest,
    bool IsBinary,
    FileStamp Stamp,
    ContentPlace Place,
    byte[]? Target
);

/// <summary>
/// Writes the commit that a recording starts from as a tar, so that it can be rebuilt without the remote. A
/// file that git sees as unchanged is taken from the working tree, as it was checked out; one that has been
/// changed is taken from the commit, so that what was uncommitted becomes the first edits.
/// </summary>
internal sealed class BaseBuilder(
    Repository repository,
    WorkingTree tree,
    Cleanse cleanse,
    CaptureLimits limits,
    Action<string> warn,
    TimeProvider time
)
{
    private const int BlockBytes = 512;
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Runnable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly List<BaseFile> _files = [];
    private readonly Dictionary<string, DiskKind> _folders = [];
    private readonly long _startNs = (repository.Head.ReadAt - DateTimeOffset.UnixEpoch).Ticks * 100;
    private Stream _file = Stream.Null;
    private long _bytes;

    /// <summary>Folders of submodules, which are not recorded.</summary>
    public List<string> Submodules { get; } = [];

    /// <summary>Files that the base lacks, with the reason as the end of a sentence.</summary>
    public Dictionary<string, string> LeftOut { get; } = [];

    /// <summary>
    /// Writes the commit that was HEAD when the repository was found, to the end, and returns what is in it.
    /// </summary>
    /// <param name="file">Takes the tar.</param>
    /// <param name="progress">Told how many files are in it, and how many there are to be.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="GitException">The commit cannot be read, or is over a limit.</exception>
    public async Task<IReadOnlyList<BaseFile>> WriteAsync(
        Stream file,
        Action<int, int> progress,
        CancellationToken ct
    )
    {
        _file = file;

        // In GNU's form: readers take the records of the other for lines, and a name may hold a newline.
        await using var tar = new TarWriter(file, TarEntryFormat.Gnu, leaveOpen: true);

        // A tar of nothing would not be known as a tar.
        await tar.WriteEntryAsync(Folder(), ct);
        var differing = new List<CommittedFile>();
        var all = await ListAsync(repository.Head.Commit, ct);
        foreach (var committed in all)
            if (await TryTakeFromDiskAsync(tar, committed, ct))
                progress(_files.Count, all.Count);
            else
                differing.Add(committed);
        if (differing.Count > 0)
            await AddDifferingAsync(
                tar,
                differing,
                AttributesPipe(all),
                () => progress(_files.Count, all.Count),
                ct
            );
        return _files;
    }

    private async Task<List<CommittedFile>> ListAsync(string commit, CancellationToken ct)
    {
        var files = new List<CommittedFile>();
        foreach (
            var line in await repository.Git.ReadListAsync(ct, "ls-tree", "-r", "-z", "--full-tree", commit)
        )
        {
            // <mode> SP <type> SP <object> TAB <path>
            var tab = line.IndexOf('\t');
            var (fields, path) = (line[..tab].Split(' '), line[(tab + 1)..]);
            if (fields[0] == "160000")
                Submodules.Add(path);
            else if (RepoPath.Objection(path) is { } objection)
                LeftOut[path] = objection;
            else
                files.Add(new CommittedFile(path, ModeOf(fields[0]), fields[2]));
        }
        return files.Count <= limits.FilesMax
            ? files
            : throw new GitException($"The repository has more than {limits.FilesMax} files.");
    }

    private static FileMode ModeOf(string octal) =>
        octal switch
        {
            "100755" => FileMode.Executable,
            "120000" => FileMode.SymbolicLink,
            _ => FileMode.Regular,
        };

    /// <summary>Where the disk has exactly what was committed.</summary>
    private async Task<bool> TryTakeFromDiskAsync(
        TarWriter tar,
        CommittedFile committed,
        CancellationToken ct
    )
    {
        var read = time.GetUtcNow();
        if (tree.Read(committed.Path, _folders) is not { State: { } state } disk)
            return false;
        if (state.Mode != committed.Mode || ContentHash.GitBlobId(state.Content) != committed.Object)
            return false;
        await AddAsync(tar, committed.Path, state, disk.Stamp.IfSettled(read), ct);
        return true;
    }

    private async Task AddDifferingAsync(
        TarWriter tar,
        List<CommittedFile> differing,
        string? attributesPipe,
        Action progress,
        CancellationToken ct
    )
    {
        if (attributesPipe is not null)
            warn(
                $"{attributesPipe} is a pipe, so files that git keeps with other line ends count as changed."
            );
        var all = attributesPipe is null ? await ChangedAsync(ct) : null;
        bool IsChanged(string path) => all?.Contains(path) != false;
        await using var objects = new GitObjects(repository.Git, limits.BaseFileBytesMax);
        foreach (var committed in differing)
        {
            // Unchanged for git and yet other bytes: a line end rule or a filter made it what it is on disk.
            var read = time.GetUtcNow();
            var disk = IsChanged(committed.Path) ? default : tree.Read(committed.Path, _folders);
            if (disk.State is { } state && disk.Stamp.ChangedNs < _startNs)
                await AddAsync(tar, committed.Path, state, disk.Stamp.IfSettled(read), ct);
            else if (!IsChanged(committed.Path) && disk.Kind == DiskKind.Absent)
                LeftOut[committed.Path] = "is not checked out";
            else if (await objects.ReadAsync(committed.Object, ct) is { } content)
                await AddAsync(
                    tar,
                    committed.Path,
                    new FileState(content, committed.Mode),
                    FileStamp.None,
                    ct
                );
            else
                LeftOut[committed.Path] = $"is over {limits.BaseFileBytesMax} bytes, or not held";
            progress();
        }
    }

    // Git reads attributes to tell what is changed, and would wait for somebody who writes into the pipe.
    private string? AttributesPipe(IEnumerable<CommittedFile> files) =>
        files
            .SelectMany(file => RepoPath.Ancestors(file.Path))
            .Prepend("")
            .Distinct()
            .Select(folder => Path.Combine(repository.Root, folder, ".gitattributes"))
            .Append(Path.Combine(repository.InfoFolder, "attributes"))
            .Where(RulePipes.IsPipe)
            .Select(path => Path.GetRelativePath(repository.Root, path))
            .FirstOrDefault();

    /// <summary>
    /// The files that are not as HEAD has them; null where HEAD is another commit by now, which says nothing
    /// of the base's.
    /// </summary>
    private async Task<HashSet<string>?> ChangedAsync(CancellationToken ct)
    {
        // Ignore rules do not matter to it, and yet it opens those that stand outside of the tree.
        using var pipes = new RulePipes(repository.Root, _ => { });
        pipes.Hold(repository.ExcludePath);
        var entries = await repository
            .Git.With("core.excludesFile=/dev/null")
            .ReadListAsync(
                ct,
                "status",
                "--porcelain=v2",
                "--branch",
                "--no-ahead-behind",
                "-z",
                "--untracked-files=no",
                "--no-renames"
            );
        return entries.Contains($"# branch.oid {repository.Head.Commit}")
            ? [.. entries.Where(entry => entry[0] != '#').Select(PathIn)]
            : null;
    }

    // Eight fields stand before the path, and ten where it is in conflict.
    private static string PathIn(string entry) => entry.Split(' ', entry[0] == 'u' ? 11 : 9)[^1];

    private async Task AddAsync(
        TarWriter tar,
        string path,
        FileState state,
        FileStamp stamp,
        CancellationToken ct
    )
    {
        var isLink = state.Mode == FileMode.SymbolicLink;
        if ((isLink ? state.Content : cleanse(path, state.Content)) is not { } content)
        {
            LeftOut[path] = Cleansed.Refusal;
            return;
        }
        _bytes += content.Length + 1024;
        if (_bytes > limits.BaseBytesMax)
            throw new GitException($"The repository is over {limits.BaseBytesMax} bytes.");
        var entry = new GnuTarEntry(isLink ? TarEntryType.SymbolicLink : TarEntryType.RegularFile, path)
        {
            Mode = state.Mode == FileMode.Regular ? Readable : Runnable,
            ModificationTime = DateTimeOffset.UnixEpoch,
        };
        if (isLink)
            entry.LinkName = Encoding.UTF8.GetString(content);
        else
            entry.DataStream = new MemoryStream(content, writable: false);
        await tar.WriteEntryAsync(entry, ct);
        _files.Add(
            new BaseFile(
                path,
                state.Mode,
                ContentDigest.Of(content),
                DiffText.IsBinary(content),
                stamp,
                PlaceOf(content.Length),
                isLink ? content : null
            )
        );
    }

    // The entry that was written last ends with its content, filled up to a whole block.
    private ContentPlace PlaceOf(int length) =>
        new(InBase: true, _file.Position - ((length + BlockBytes - 1L) / BlockBytes * BlockBytes), length);

    private static GnuTarEntry Folder() =>
        new(TarEntryType.Directory, "./") { Mode = Runnable, ModificationTime = DateTimeOffset.UnixEpoch };

    private sealed record CommittedFile(string Path, FileMode Mode, string Object);
}
