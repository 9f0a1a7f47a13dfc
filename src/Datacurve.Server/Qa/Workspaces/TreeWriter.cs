using System.Buffers;
using System.Text;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Documents;
using Datacurve.Core.Replay;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// Writes files from outside into a new, empty folder. It remembers what it made, so that nothing is written
/// through a link, over another entry or beyond the limits; what breaks a rule refuses the whole.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="limits">What it may hold.</param>
/// <param name="cleanser">Redacts names and contents on their way; null writes them as they are.</param>
internal sealed class TreeWriter(string root, TestOptions limits, Cleanser? cleanser = null)
{
    private const int BufferBytes = 128 << 10;
    private const int LinkBytesMax = 4095;
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Runnable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly Dictionary<string, Kind> _entries = [];
    private long _bytes;

    private enum Kind
    {
        Folder,
        File,
        Link,
    }

    /// <summary>Reads exactly <paramref name="length"/> bytes of the content.</summary>
    public async Task AddFileAsync(
        string path,
        Stream content,
        long length,
        bool executable,
        CancellationToken ct
    )
    {
        path = Redacted(path);
        Claim(path, Kind.File, length);
        var full = FullPath(path);
        await using (
            var file = new FileStream(full, System.IO.FileMode.CreateNew, FileAccess.Write, FileShare.None)
        )
            await CopyAsync(content, file, length, ct);
        SetMode(full, executable ? Runnable : Readable);
    }

    /// <summary>Copies a file of this machine, sharing its blocks where the file system can.</summary>
    public void CopyFile(string path, FileInfo source)
    {
        Claim(path, Kind.File, source.Length);
        source.CopyTo(FullPath(path));
        var executable =
            !OperatingSystem.IsWindows() && source.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
        SetMode(FullPath(path), executable ? Runnable : Readable);
    }

    /// <summary>Copies a file that was added before, as a hard link in an archive asks for.</summary>
    public void AddCopy(string path, string earlier)
    {
        if (_entries.GetValueOrDefault(earlier, Kind.Folder) != Kind.File)
            throw Refused(path, $"is a hard link to {RepoPath.Quote(earlier)}, which is no file before it");
        CopyFile(path, new FileInfo(FullPath(earlier)));
    }

    /// <summary>Makes a link as it is. Wherever it points, nothing here follows it.</summary>
    public void AddLink(string path, string target)
    {
        // A replacement character stands for bytes that were no UTF-8, and would make another target of them.
        if (
            target.Length == 0
            || target.AsSpan().ContainsAny('\0', '\ufffd')
            || Encoding.UTF8.GetByteCount(target) > LinkBytesMax
        )
            throw Refused(path, "is a link without a usable target");
        path = Redacted(path);
        target = cleanser?.Text(target, cleanser.NewReport()) ?? target;
        Claim(path, Kind.Link, target.Length);
        File.CreateSymbolicLink(FullPath(path), target);
    }

    public void AddFolder(string path)
    {
        RequireSafe(path);
        ClaimFolders(RepoPath.Ancestors(path).Append(path), path);
    }

    private void Claim(string path, Kind kind, long bytes)
    {
        RequireSafe(path);
        ClaimFolders(RepoPath.Ancestors(path), path);
        if (!_entries.TryAdd(path, kind))
            throw Refused(path, "is there twice");
        RequireRoom(bytes);
    }

    private void ClaimFolders(IEnumerable<string> folders, string path)
    {
        foreach (var folder in folders)
        {
            if (_entries.TryGetValue(folder, out var kind))
            {
                if (kind != Kind.Folder)
                    throw Refused(path, $"would be written through {RepoPath.Quote(folder)}");
                continue;
            }
            _entries.Add(folder, Kind.Folder);
            RequireRoom(bytes: 0);
            Directory.CreateDirectory(FullPath(folder));
            SetMode(FullPath(folder), Runnable);
        }
    }

    private void RequireRoom(long bytes)
    {
        _bytes += bytes;
        if (bytes < 0 || _bytes > limits.WorkspaceBytesMax)
            throw new NotReproducibleException($"the repository is over {limits.WorkspaceBytesMax} bytes");
        if (_entries.Count > limits.WorkspaceFilesMax)
            throw new NotReproducibleException($"the repository has over {limits.WorkspaceFilesMax} files");
    }

    private static void RequireSafe(string path)
    {
        if (RepoPath.Objection(path) is { } objection)
            throw Refused(path, objection);
    }

    private async Task CopyAsync(Stream content, FileStream file, long length, CancellationToken ct)
    {
        var buffer = new byte[(int)Math.Clamp(length, 1, BufferBytes)];
        var redacted = new ArrayBufferWriter<byte>();
        ChunkRedaction? redaction = null;
        for (var left = length; left > 0; )
        {
            var wanted = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
            var read = await content.ReadAtLeastAsync(wanted, wanted.Length, throwOnEndOfStream: false, ct);
            if (read < wanted.Length)
                throw new NotReproducibleException("the repository's archive ends in the middle of a file");
            left -= read;
            if (cleanser is null)
            {
                await file.WriteAsync(wanted, ct);
                continue;
            }
            redaction ??= cleanser.OpenContent(wanted.Span, redacted, cleanser.NewReport());
            redaction.Write(wanted.Span);
            if (left == 0)
                redaction.Complete();
            await file.WriteAsync(redacted.WrittenMemory, ct);
            redacted.ResetWrittenCount();
        }
    }

    private string Redacted(string path) => cleanser?.Path(path, cleanser.NewReport()) ?? path;

    private static NotReproducibleException Refused(string path, string why) =>
        new($"the repository is refused: {RepoPath.Quote(path)} {why}");

    private string FullPath(string path) => Path.Combine(root, path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        // Whatever the umask of this process is, the sandbox's user must be able to read.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
