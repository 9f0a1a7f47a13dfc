using System.Buffers;

namespace Datacurve.Core.Replay;

/// <summary>
/// Applies hunks where they say they belong: every context and removed line must be there byte for byte, at
/// the stated line. There is no fuzz and no search for another place; a replay that guesses proves nothing.
/// </summary>
internal sealed class HunkApplier(ReadOnlyMemory<byte> old)
{
    private readonly ArrayBufferWriter<byte> _after = new(old.Length + 1);
    private int _position;
    private int _linesRead;
    private bool _unterminated;

    /// <exception cref="PatchException">A hunk does not fit.</exception>
    public byte[] Apply(IReadOnlyList<Hunk> hunks)
    {
        foreach (var hunk in hunks)
        {
            CopyTo(hunk);
            foreach (var line in hunk.Lines)
                Apply(line, hunk);
        }
        Append(old.Span[_position..]);
        return _after.WrittenSpan.ToArray();
    }

    private void CopyTo(Hunk hunk)
    {
        var linesBefore = hunk.OldCount == 0 ? hunk.OldStart : hunk.OldStart - 1;
        if (linesBefore < _linesRead)
            throw new PatchException($"the hunk at line {hunk.OldStart} overlaps the one before it");

        var start = _position;
        while (_linesRead < linesBefore)
        {
            if (_position == old.Length)
                throw new PatchException(
                    $"the hunk at line {hunk.OldStart} is behind the end of the file, line {_linesRead}"
                );
            var newline = old.Span[_position..].IndexOf((byte)'\n');
            _position = newline < 0 ? old.Length : _position + newline + 1;
            _linesRead++;
        }
        Append(old.Span[start.._position]);
    }

    private void Apply(HunkLine line, Hunk hunk)
    {
        var content = line.Content.Span;
        if (line.Kind != HunkLineKind.Added)
        {
            var terminated = content.Length > 0 && content[^1] == (byte)'\n';
            if (
                !old.Span[_position..].StartsWith(content)
                || (!terminated && _position + content.Length != old.Length)
            )
                throw new PatchException(
                    $"line {_linesRead + 1} is not what the hunk at line {hunk.OldStart} expects"
                );
            _position += content.Length;
            _linesRead++;
        }
        if (line.Kind != HunkLineKind.Removed)
            Append(content);
    }

    private void Append(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
            return;
        if (_unterminated)
            throw new PatchException("a line without a newline is not the last one");
        _after.Write(content);
        _unterminated = content[^1] != (byte)'\n';
    }
}
