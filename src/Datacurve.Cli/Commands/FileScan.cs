using System.Runtime.CompilerServices;
using Datacurve.Core.Redaction;

namespace Datacurve.Cli.Commands;

/// <summary>Looks through files and folders, a part of a file at a time.</summary>
internal sealed class FileScan(Redactor redactor)
{
    private const int PartBytes = 1 << 20;
    private const int LineBytesMax = 64 << 20;

    public long Findings { get; private set; }
    public long Files { get; private set; }
    public long BinaryFiles { get; private set; }

    /// <summary>What is found below a path; links are not followed, and .git is passed over.</summary>
    /// <exception cref="UsageException">The path is not there or cannot be read.</exception>
    public async IAsyncEnumerable<(string File, Finding Finding)> FindAsync(
        string path,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var file in FilesUnder(path))
        {
            await using var stream = file == "-" ? StandardInput.Open() : InputFile.Open(file);
            await foreach (var finding in FindAsync(stream, file, ct))
            {
                Findings++;
                yield return (file, finding);
            }
        }
    }

    private async IAsyncEnumerable<Finding> FindAsync(
        Stream stream,
        string file,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var buffer = new byte[PartBytes];
        var (held, lines, isFirst) = (0, 0L, true);
        while (true)
        {
            if (held == buffer.Length)
                Array.Resize(ref buffer, GrownLength(buffer.Length, file));
            var read = await stream.ReadAsync(buffer.AsMemory(held), ct);
            if (isFirst && InputFile.IsBinary(buffer.AsSpan(0, read)))
            {
                BinaryFiles++;
                yield break;
            }
            isFirst = false;
            held += read;
            var end = read == 0 ? held : buffer.AsSpan(0, held).LastIndexOf((byte)'\n') + 1;
            foreach (var finding in redactor.Find(buffer.AsSpan(0, end), file, lines))
                yield return finding;
            lines += buffer.AsSpan(0, end).Count((byte)'\n');
            buffer.AsSpan(end, held - end).CopyTo(buffer);
            held -= end;
            if (read == 0)
                break;
        }
        Files++;
    }

    private static int GrownLength(int length, string file) =>
        length < LineBytesMax
            ? length * 2
            : throw new UsageException($"{file}: has a line over {LineBytesMax} bytes");

    private static IEnumerable<string> FilesUnder(string path)
    {
        if (path == "-" || File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new UsageException($"{path}: there is no such file or folder");
        return Walk(path);
    }

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (
            var entry in new DirectoryInfo(folder)
                .EnumerateFileSystemInfos()
                .OrderBy(e => e.Name, StringComparer.Ordinal)
        )
        {
            if (entry.LinkTarget is not null)
                continue;
            var path = Path.Combine(folder, entry.Name);
            if (entry is FileInfo)
                yield return path;
            else if (entry.Name != ".git")
                foreach (var below in Walk(path))
                    yield return below;
        }
    }
}
