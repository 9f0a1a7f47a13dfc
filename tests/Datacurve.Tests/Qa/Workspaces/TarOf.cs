using System.Formats.Tar;
using System.IO.Compression;
using ZstdSharp;

namespace Datacurve.Tests.Qa.Workspaces;

/// <summary>Tars as the writer at hand makes them, hostile ones too.</summary>
internal static class TarOf
{
    public static byte[] Entries(params IEnumerable<TarEntry> entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        return bytes.ToArray();
    }

    public static PaxTarEntry File(string path, string content = "x\n", bool executable = false) =>
        new(TarEntryType.RegularFile, path)
        {
            DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)),
            Mode = executable ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100,
        };

    public static PaxTarEntry Folder(string path) => new(TarEntryType.Directory, path);

    public static PaxTarEntry Link(
        string path,
        string target,
        TarEntryType type = TarEntryType.SymbolicLink
    ) => new(type, path) { LinkName = target };

    public static byte[] Gzip(byte[] tar)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar);
        return bytes.ToArray();
    }

    public static byte[] Zstandard(byte[] tar)
    {
        using var compressor = new Compressor(3);
        return compressor.Wrap(tar).ToArray();
    }
}
