using System.Buffers.Text;

namespace Datacurve.Core.Replay;

/// <summary>
/// Reads a unified diff: git's extended headers, plain <c>---</c>/<c>+++</c>, or hunks alone for a known
/// file.
/// </summary>
/// <remarks>
/// Text before the first file is skipped, as a mail or a commit message stands there. After it every line
/// must have a meaning: what is skipped silently could have been part of the change.
/// </remarks>
internal sealed class DiffParser(ReadOnlyMemory<byte> text, string? knownPath)
{
    private readonly DiffLines _lines = new(text);
    private readonly List<FilePatch> _files = [];
    private int _hunks;
    private long _inflatedBytes;

    /// <exception cref="PatchException">The text is not a diff, or over a limit.</exception>
    public List<FilePatch> Parse()
    {
        while (!_lines.AtEnd)
        {
            if (_lines.StartsWith("diff --git "u8))
                _files.Add(ReadGitFile());
            else if (AtPlainNames())
                _files.Add(ReadPlainFile());
            else if (_lines.StartsWith("@@ -"u8))
                _files.Add(ReadHunksOnly());
            else
                SkipLine();
            if (_files.Count > PatchLimits.FilesMax)
                throw new PatchException($"the diff changes more than {PatchLimits.FilesMax} files");
        }
        return _files;
    }

    private bool AtPlainNames() => _lines.StartsWith("--- "u8) && _lines.NextLine.StartsWith("+++ "u8);

    private void SkipLine()
    {
        var line = _lines.Line;
        if (_lines.StartsWith("diff --cc "u8) || _lines.StartsWith("diff --combined "u8))
            throw new PatchException("the diff of a merge has no single file to apply to");
        if (_files.Count > 0 && line.SequenceEqual("-- "u8))
        {
            // The signature at the end of a mail.
            _lines.TakeRest();
            return;
        }
        var known =
            line.IsEmpty
            || line.StartsWith("Index: "u8)
            || line.StartsWith("===="u8)
            || line.StartsWith("diff "u8)
            || line.StartsWith("Only in "u8);
        if (_files.Count > 0 && !known)
            throw new PatchException("the diff holds a line that belongs to no hunk and no header");
        _lines.Take();
    }

    private FilePatch ReadGitFile()
    {
        _lines.TryTake("diff --git "u8, out var rest);
        var header = ReadExtendedHeader() with { Path = DiffNames.ReadPair(rest) };
        if (AtPlainNames())
            return header.ToPatch(header.Agree(ReadNames()), ReadHunks(), binary: null);
        if (_lines.TryTake("GIT binary patch"u8, out _))
            return header.ToPatch(names: null, hunks: [], ReadBinary());
        if (_lines.StartsWith("Binary files "u8))
            throw new PatchException(
                "the diff says that a binary file changed but does not hold its content"
            );
        return header.ToPatch(names: null, hunks: [], binary: null);
    }

    private BinaryPatch ReadBinary()
    {
        // Each is bounded, but ten thousand of them in one small diff would still fill the memory.
        var binary = BinaryPatchReader.Read(_lines);
        _inflatedBytes += binary.Data.Length;
        return _inflatedBytes <= PatchLimits.StateBytesMax
            ? binary
            : throw new PatchException($"the diff inflates to more than {PatchLimits.StateBytesMax} bytes");
    }

    private GitFileHeader ReadExtendedHeader()
    {
        var header = new GitFileHeader();
        while (header.TryRead(_lines) is { } next)
            header = next;
        return header;
    }

    private (string Old, string New) ReadNames()
    {
        _lines.TryTake("--- "u8, out var old);
        _lines.TryTake("+++ "u8, out var @new);
        return (DiffNames.Read(old), DiffNames.Read(@new));
    }

    private FilePatch ReadPlainFile()
    {
        var names = ReadNames();
        var (old, @new) = DiffNames.StripPair(names.Old, names.New);

        // Without git's headers two names are one file before and after, such as x.orig and x.
        return new FilePatch
        {
            OldPath =
                old == DiffNames.Nothing ? null
                : @new == DiffNames.Nothing ? old
                : @new,
            NewPath = @new == DiffNames.Nothing ? null : @new,
            Hunks = RequireAny(ReadHunks()),
        };
    }

    private FilePatch ReadHunksOnly() =>
        knownPath is null || _files.Count > 0
            ? throw new PatchException("the diff holds a hunk that belongs to no file")
            : new FilePatch
            {
                OldPath = knownPath,
                NewPath = knownPath,
                Hunks = ReadHunks(),
            };

    private static List<Hunk> RequireAny(List<Hunk> hunks) =>
        hunks.Count > 0 ? hunks : throw new PatchException("the diff names a file but holds no hunk for it");

    private List<Hunk> ReadHunks()
    {
        var hunks = new List<Hunk>();
        while (_lines.StartsWith("@@ -"u8))
        {
            if (++_hunks > PatchLimits.HunksMax)
                throw new PatchException($"the diff has more than {PatchLimits.HunksMax} hunks");
            hunks.Add(ReadHunk());
        }
        return hunks;
    }

    private Hunk ReadHunk()
    {
        var header = _lines.Line["@@ -"u8.Length..];
        var oldStart = ReadNumber(ref header);
        var oldCount = ReadCount(ref header);
        Expect(ref header, " +"u8);
        ReadNumber(ref header);
        var newCount = ReadCount(ref header);
        Expect(ref header, " @@"u8);
        if (oldStart == 0 && oldCount > 0)
            throw new PatchException("the diff holds a hunk that starts before the first line");
        _lines.Take();
        return new Hunk(oldStart, oldCount, newCount, ReadBody(oldCount, newCount));
    }

    private static int ReadCount(ref ReadOnlySpan<byte> header)
    {
        if (!header.StartsWith(","u8))
            return 1;
        header = header[1..];
        return ReadNumber(ref header);
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> header)
    {
        if (!Utf8Parser.TryParse(header, out int number, out var length) || number < 0)
            throw new PatchException("the diff holds a malformed hunk header");
        header = header[length..];
        return number;
    }

    private static void Expect(ref ReadOnlySpan<byte> header, ReadOnlySpan<byte> literal)
    {
        if (!header.StartsWith(literal))
            throw new PatchException("the diff holds a malformed hunk header");
        header = header[literal.Length..];
    }

    private List<HunkLine> ReadBody(int oldLeft, int newLeft)
    {
        var body = new List<HunkLine>();
        while (oldLeft > 0 || newLeft > 0)
        {
            var line = ReadBodyLine();
            oldLeft -= line.Kind == HunkLineKind.Added ? 0 : 1;
            newLeft -= line.Kind == HunkLineKind.Removed ? 0 : 1;
            if (oldLeft < 0 || newLeft < 0)
                throw new PatchException("the diff holds a hunk with other lines than its header counts");
            body.Add(line);
        }
        return body;
    }

    private HunkLine ReadBodyLine()
    {
        if (_lines.AtEnd)
            throw new PatchException("the diff ends in the middle of a hunk");
        var raw = _lines.Take();
        HunkLineKind? kind = (char)raw.Span[0] switch
        {
            ' ' => HunkLineKind.Context,
            '+' => HunkLineKind.Added,
            '-' => HunkLineKind.Removed,
            _ => null,
        };

        // Editors strip the blank of an empty context line; git and GNU patch read it all the same.
        var content = kind is null && raw.Span.SequenceEqual("\n"u8) ? raw : raw[1..];
        if (kind is null && content.Length != raw.Length)
            throw new PatchException("the diff holds a line in a hunk that is neither context nor change");
        if (raw.Span[^1] != (byte)'\n')
            throw new PatchException("the diff ends in the middle of a line");
        if (_lines.StartsWith("\\ "u8))
        {
            _lines.Take();
            content = content[..^1];
        }
        return new HunkLine(kind ?? HunkLineKind.Context, content);
    }
}
