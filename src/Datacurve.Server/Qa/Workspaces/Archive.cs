using System.Formats.Tar;
using System.IO.Compression;
using Datacurve.Server.Privacy;
using ZstdSharp;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// Unpacks a tar from outside. Entries are paths from the repository's root; a single folder around them is
/// not stripped, since it may be the repository's own.
/// </summary>
internal static class Archive
{
    /// <exception cref="NotReproducibleException">The archive is broken, hostile or over a limit.</exception>
    public static async Task UnpackAsync(Stream blob, PackedKind kind, TreeWriter tree, CancellationToken ct)
    {
        try
        {
            await using Stream tar = kind switch
            {
                PackedKind.Gzip => new GZipStream(blob, CompressionMode.Decompress, leaveOpen: true),
                PackedKind.Zstandard => Packing.OpenZstandard(blob),
                _ => new BufferedStream(blob),
            };
            await UnpackTarAsync(tar, tree, ct);
        }
        catch (Exception broken)
            when (broken
                    is InvalidDataException
                        or EndOfStreamException
                        or FormatException
                        or ArgumentException
                        or OverflowException
                        or NotSupportedException
                        or ZstdException
            )
        {
            throw new NotReproducibleException("the archive is broken or no tar");
        }
    }

    private static async Task UnpackTarAsync(Stream tar, TreeWriter tree, CancellationToken ct)
    {
        await using var guard = new TarHeaderGuard(
            tar,
            reason => new NotReproducibleException($"the archive is refused: {reason}")
        );
        await using var reader = new TarReader(guard);
        var entries = 0;
        while (await reader.GetNextEntryAsync(copyData: false, ct) is { } entry)
            if (entry.EntryType != TarEntryType.GlobalExtendedAttributes)
            {
                await AddAsync(entry, tree, ct);
                entries++;
            }
        if (entries == 0)
            throw new NotReproducibleException("the archive is empty or no tar");
    }

    private static async Task AddAsync(TarEntry entry, TreeWriter tree, CancellationToken ct)
    {
        var path = Trim(entry.Name);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory when path is "" or ".":
                break;
            case TarEntryType.Directory:
                tree.AddFolder(path);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                var executable = entry.Mode.HasFlag(UnixFileMode.UserExecute);
                await tree.AddFileAsync(path, entry.DataStream ?? Stream.Null, entry.Length, executable, ct);
                break;
            case TarEntryType.SymbolicLink:
                tree.AddLink(path, entry.LinkName);
                break;
            case TarEntryType.HardLink:
                tree.AddCopy(path, Trim(entry.LinkName));
                break;
            default:
                throw new NotReproducibleException(
                    $"the archive is refused: it holds a {entry.EntryType}, which is no file of a repository"
                );
        }
    }

    private static string Trim(string name)
    {
        while (name.StartsWith("./", StringComparison.Ordinal))
            name = name[2..];
        return name.EndsWith('/') && name.Length > 1 ? name[..^1] : name;
    }
}
