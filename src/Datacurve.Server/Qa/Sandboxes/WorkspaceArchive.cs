using System.Formats.Tar;
using System.IO.Pipelines;
using System.Text;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// A folder on its way into a sandbox, as a tar stream: files, folders and links, links as links. Bytes are
/// counted as a file system of 4 KiB pages holds them.
/// </summary>
internal sealed class WorkspaceArchive
{
    private const int PageBytes = 4096;
    private const int RecordBytes = 10_240;

    // What the kernel keeps for an inode and its name, charged to whoever makes it.
    private const int InodeBytes = 1024;

    private readonly IReadOnlyList<FileSystemInfo> entries;
    private readonly string root;

    private WorkspaceArchive(string root, IReadOnlyList<FileSystemInfo> entries)
    {
        this.root = root;
        this.entries = entries;
        Bytes = entries.Sum(Footprint);
    }

    public int Count => entries.Count;
    public long Bytes { get; }

    /// <summary>Lists the folder; nothing is read until <see cref="SendAsync"/>.</summary>
    public static WorkspaceArchive Of(string directory)
    {
        var top = new DirectoryInfo(directory);
        var found = new List<FileSystemInfo>();
        var pending = new Stack<DirectoryInfo>([top]);
        while (pending.TryPop(out var folder))
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                found.Add(entry);
                if (entry is DirectoryInfo child && entry.LinkTarget is null)
                    pending.Push(child);
            }
        }
        return new WorkspaceArchive(top.FullName, found);
    }

    /// <exception cref="NotReproducibleException">
    /// No run within these limits can hold the workspace.
    /// </exception>
    public void ThrowIfOver(long bytesMax)
    {
        if (Bytes > bytesMax)
            throw new NotReproducibleException(
                $"the workspace takes {Bytes} bytes, and a sandbox holds at most {bytesMax}"
            );
    }

    /// <summary>
    /// Writes the mark's line and then the archive. Returns quietly where the reader is gone: why it went
    /// shows in what it printed.
    /// </summary>
    public async Task SendAsync(string mark, Func<Stream, CancellationToken, Task> copy, CancellationToken ct)
    {
        var pipe = new Pipe();
        var packing = PackAsync(mark, pipe.Writer, ct);
        try
        {
            await copy(pipe.Reader.AsStream(), ct);
        }
        catch (IOException)
        {
            // The sandbox closed its end.
        }
        await pipe.Reader.CompleteAsync();
        await packing;
    }

    private async Task PackAsync(string mark, PipeWriter writer, CancellationToken ct)
    {
        Exception? fault = null;
        try
        {
            await using var stream = writer.AsStream(leaveOpen: true);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(mark + "\n"), ct);
            await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                foreach (var entry in entries)
                    await tar.WriteEntryAsync(entry.FullName, Path.GetRelativePath(root, entry.FullName), ct);
            }
            // GNU tar reads whole records, and stdin stays open: it would wait for the rest of the last one.
            await stream.WriteAsync(new byte[RecordBytes], ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = new InfrastructureException("the workspace could not be read: " + e.Message, e);
            throw fault;
        }
        finally
        {
            await writer.CompleteAsync(fault);
        }
    }

    private static long Footprint(FileSystemInfo entry) =>
        entry is FileInfo { LinkTarget: null } file
            ? InodeBytes + (file.Length + PageBytes - 1) / PageBytes * PageBytes
            : InodeBytes;
}
