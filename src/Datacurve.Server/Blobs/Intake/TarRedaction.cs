using System.Formats.Tar;
using Datacurve.Core.Redaction;
using Datacurve.Server.Privacy;

namespace Datacurve.Server.Blobs.Intake;

/// <summary>
/// Redacts a tar: the content of each file, the names of all, and what else their headers say. What is
/// written anew has names, contents, modes and times, and nobody as its owner.
/// </summary>
internal sealed class TarRedaction(Cleanser cleanser, RedactionReport report)
{
    private const string OwnerRule = "archive-owner";
    private const string PaddingRule = "archive-padding";
    private const int BufferBytes = 64 << 10;

    // What a header's records say that is no text of its own, or is looked at by its own name.
    private static readonly string[] PlainRecords = ["path", "linkpath", "size", "mtime", "atime", "ctime"];

    private readonly byte[] _buffer = new byte[BufferBytes];

    /// <summary>Whether nothing is found in it; counts what is.</summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public async Task<bool> IsCleanAsync(Stream tar, CancellationToken ct)
    {
        var before = report.Total;
        await using var guard = Guarded(tar);
        await using var reader = new TarReader(guard, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, ct) is { } entry)
        {
            LookAt(entry);
            if (entry.DataStream is { } content)
                await Redacted(content).CopyToAsync(Stream.Null, ct);
        }
        await RequireNothingBehindAsync(tar, ct);
        // Nobody can tell whose it is or what it says; what is written anew does not have it.
        if (guard.HoldsMore)
            report.Count(PaddingRule);
        return report.Total == before;
    }

    /// <summary>Writes it redacted.</summary>
    /// <param name="output">Seekable.</param>
    public async Task WriteAsync(Stream tar, Stream output, CancellationToken ct)
    {
        await using var guard = Guarded(tar);
        await using var reader = new TarReader(guard, leaveOpen: true);
        await using var writer = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, ct) is { } entry)
            if (entry.EntryType != TarEntryType.GlobalExtendedAttributes)
                await writer.WriteEntryAsync(Redacted(entry), ct);
    }

    private static TarHeaderGuard Guarded(Stream tar) =>
        new(tar, reason => new RedactionException($"an archive cannot be looked into: {reason}"));

    private void LookAt(TarEntry entry)
    {
        cleanser.Path(entry.Name, report);
        Target(entry);
        foreach (var (name, value) in Records(entry).Where(record => !PlainRecords.Contains(record.Key)))
            if (name is "uname" or "gname")
                LookAtOwner(value);
            else
                cleanser.Text(value, report);
        if (entry is PosixTarEntry posix and not PaxTarEntry)
        {
            LookAtOwner(posix.UserName);
            LookAtOwner(posix.GroupName);
        }
    }

    // A link is a file whose content is its target, and a diff of it is redacted so.
    private string Target(TarEntry entry) =>
        entry.EntryType == TarEntryType.SymbolicLink
            ? cleanser.Text(entry.LinkName, report)
            : cleanser.Path(entry.LinkName, report);

    private void LookAtOwner(string name)
    {
        if (name is not ("" or "root"))
            report.Count(OwnerRule);
    }

    private static IReadOnlyDictionary<string, string> Records(TarEntry entry) =>
        entry switch
        {
            PaxTarEntry pax => pax.ExtendedAttributes,
            PaxGlobalExtendedAttributesTarEntry global => global.GlobalExtendedAttributes,
            _ => new Dictionary<string, string>(),
        };

    private PaxTarEntry Redacted(TarEntry entry)
    {
        var type = entry.EntryType switch
        {
            TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => TarEntryType.RegularFile,
            TarEntryType.RegularFile
            or TarEntryType.Directory
            or TarEntryType.SymbolicLink
            or TarEntryType.HardLink => entry.EntryType,
            _ => throw new RedactionException(
                $"an archive that holds a {entry.EntryType} cannot be written without its secrets"
            ),
        };
        var redacted = new PaxTarEntry(type, cleanser.Path(entry.Name, report))
        {
            Mode = entry.Mode,
            ModificationTime = entry.ModificationTime,
        };
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            redacted.LinkName = Target(entry);
        if (entry.DataStream is { } content)
            redacted.DataStream = Redacted(content);
        return redacted;
    }

    // The first chunk is read whole, since it decides whether the file is text.
    private RedactedFile Redacted(Stream content) => new(content, cleanser, report);

    private async Task RequireNothingBehindAsync(Stream tar, CancellationToken ct)
    {
        for (int read; (read = await tar.ReadAsync(_buffer, ct)) > 0; )
            if (_buffer.AsSpan(0, read).ContainsAnyExcept((byte)0))
                throw new RedactionException(
                    "an archive that holds more behind its end cannot be looked into"
                );
    }

    /// <summary>The content of one file, redacted as it is read.</summary>
    private sealed class RedactedFile(Stream content, Cleanser cleanser, RedactionReport report)
        : ReadOnlyStream
    {
        private RedactedStream? _redacted;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (_redacted is null)
            {
                var start = new byte[(int)Math.Min(BufferBytes, content.Length)];
                var read = await content.ReadAtLeastAsync(start, start.Length, false, cancellationToken);
                var known = start.AsMemory(0, read);
                _redacted = new RedactedStream(
                    known,
                    content,
                    output => cleanser.OpenContent(known.Span, output, report)
                );
            }
            return await _redacted.ReadAsync(buffer, cancellationToken);
        }
    }
}
