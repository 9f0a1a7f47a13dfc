using System.Buffers;
using Datacurve.Core.Replay;

namespace Datacurve.Core.Redaction.Documents;

/// <summary>
/// Redacts a diff without the files that it is of. Its lines are redacted as the lines of its files are, its
/// names as names are, and the content of a binary patch as content; so it applies to the redacted files.
/// </summary>
internal sealed class DiffRedaction(Cleanser cleanser, RedactionReport report)
{
    private const int SniffedBytes = 64 << 10;

    // Git cuts at 80 bytes, and maybe within a character or behind a blank.
    private const int HeadingBytesMax = 76;
    private const string CutHeadingRule = "cut-heading";

    private static ReadOnlySpan<byte> HunkMark => "@@ "u8;

    /// <summary>Whether a text may be a diff, by its beginning.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> start)
    {
        start = start[..Math.Min(start.Length, SniffedBytes)];
        return start.StartsWith("diff --git "u8)
            || start.IndexOf("\ndiff --git "u8) >= 0
            || (
                (start.StartsWith("--- "u8) || start.IndexOf("\n--- "u8) >= 0)
                && start.IndexOf("\n+++ "u8) >= 0
            );
    }

    public byte[] Redact(ReadOnlyMemory<byte> diff)
    {
        IReadOnlyList<FilePatch> files;
        try
        {
            files = UnifiedDiff.Parse(diff).Files;
        }
        catch (PatchException refused)
        {
            // Hunks alone, or text that only looks like a diff. What it packs nobody has looked into.
            return diff.Span.IndexOf("GIT binary patch"u8) < 0
                ? Text(diff.Span, report)
                : throw new RedactionException(
                    "a binary patch that cannot be read cannot be looked into",
                    refused
                );
        }
        var hasBinary = files.Any(file => file.Binary is not null);
        var hasNames = files.Any(file => IsNamedAnew(file.OldPath) || IsNamedAnew(file.NewPath));
        if (!hasBinary && !hasNames)
            return Text(diff.Span, report);

        // Nothing else of it is kept where it is written anew, so what was found in the whole is counted.
        var found = cleanser.NewReport();
        Text(hasBinary ? WithoutBinary(diff.Span) : diff.Span, found);
        FilePatch[] redacted = [.. files.Select(file => file with { Binary = Binary(file.Binary, found) })];
        report.Add(found);
        return found.Total == 0 && !hasNames
            ? diff.ToArray()
            : DiffWriter.Write([.. redacted.Select(Redact)]);
    }

    private byte[] Text(ReadOnlySpan<byte> diff, RedactionReport found) =>
        cleanser.Whole.Redact(WithHeadings(diff, found), found);

    // Behind the numbers of a hunk git shows a line of the file again, up to a length: it is looked at as the
    // line that it is, and a last word that may be cut is left out, since no rule knows half a secret.
    private byte[] WithHeadings(ReadOnlySpan<byte> diff, RedactionReport found)
    {
        var text = new ArrayBufferWriter<byte>(diff.Length + 1);
        while (diff.Length > 0)
        {
            var end = diff.IndexOf((byte)'\n');
            var line = end < 0 ? diff : diff[..(end + 1)];
            diff = diff[line.Length..];
            var at = line.StartsWith("@@ -"u8) ? line[HunkMark.Length..].IndexOf(HunkMark) : -1;
            if (at < 0)
            {
                text.Write(line);
                continue;
            }
            at += 2 * HunkMark.Length;
            text.Write(line[..at]);
            text.Write(Heading(line[at..].ToArray(), found));
        }
        return text.WrittenSpan.ToArray();
    }

    // What stands in place of a word may be longer than it: then the heading is cut as one that came so long,
    // until redacting it again would leave it as it is.
    private byte[] Heading(byte[] heading, RedactionReport found)
    {
        while (true)
        {
            var redacted = cleanser.Whole.Redact(Cut(heading, found), found);
            if (redacted.AsSpan().SequenceEqual(heading))
                return redacted;
            heading = redacted;
        }
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> heading, RedactionReport found)
    {
        var words = heading.TrimEnd("\r\n"u8);
        if (words.Length < HeadingBytesMax)
            return heading;
        found.Count(CutHeadingRule);
        while (words.Length >= HeadingBytesMax)
            words = words[..Math.Max(words.LastIndexOf((byte)' '), 0)];
        return (byte[])[.. words, (byte)'\n'];
    }

    private bool IsNamedAnew(string? path) =>
        path is not null && cleanser.Path(path, cleanser.NewReport()) != path;

    private FilePatch Redact(FilePatch file) =>
        file with
        {
            OldPath = file.OldPath is null ? null : cleanser.Path(file.OldPath, cleanser.NewReport()),
            NewPath = file.NewPath is null ? null : cleanser.Path(file.NewPath, cleanser.NewReport()),
            Hunks = [.. file.Hunks.Select(hunk => hunk with { Lines = [.. hunk.Lines.Select(Redact)] })],
        };

    private HunkLine Redact(HunkLine line) =>
        line with
        {
            Content = cleanser.Whole.Redact(line.Content.Span, cleanser.NewReport()),
        };

    // The bytes that a delta brings are looked at; one that brings a secret could only be refused, since
    // what it would be without is not known here.
    private BinaryPatch? Binary(BinaryPatch? patch, RedactionReport found)
    {
        if (patch is null)
            return null;
        var before = found.Total;
        var content = cleanser.Content(patch.Data.Span, found);
        var isNew = found.Total > before;
        if (isNew && patch.IsDelta)
            throw new RedactionException(
                "a binary patch that changes a part of a file holds a secret in it; send the file whole"
            );
        if (patch.Undo is { } undo)
            cleanser.Content(Inflated(undo), found);
        return isNew ? patch with { Data = content } : patch;
    }

    private static ReadOnlySpan<byte> Inflated(BinaryUndo undo)
    {
        try
        {
            return BinaryPatchReader.Inflate(undo);
        }
        catch (PatchException refused)
        {
            throw new RedactionException("a binary patch that cannot be read cannot be looked into", refused);
        }
    }

    // The packed lines are no text, and what a rule saw in them would only break them.
    private static byte[] WithoutBinary(ReadOnlySpan<byte> diff)
    {
        var text = new ArrayBufferWriter<byte>(diff.Length + 1);
        var isPacked = false;
        while (diff.Length > 0)
        {
            var end = diff.IndexOf((byte)'\n');
            var line = end < 0 ? diff : diff[..(end + 1)];
            diff = diff[line.Length..];
            if (!isPacked || !BinaryPatchReader.IsPackedLine(line.TrimEnd("\n"u8)))
                text.Write(line);
            isPacked =
                line.StartsWith("literal "u8)
                || line.StartsWith("delta "u8)
                || (isPacked && !line.SequenceEqual("\n"u8));
        }
        return text.WrittenSpan.ToArray();
    }
}
