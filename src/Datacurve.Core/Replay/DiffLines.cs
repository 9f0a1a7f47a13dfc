using System.Text;

namespace Datacurve.Core.Replay;

/// <summary>The lines of a diff, as bytes, with one line of look-ahead.</summary>
internal sealed class DiffLines(ReadOnlyMemory<byte> text)
{
    // Strict, so that a name that is not UTF-8 is refused and not quietly another name.
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private int _position;

    public bool AtEnd => _position == text.Length;

    /// <summary>This line with its end.</summary>
    public ReadOnlyMemory<byte> Raw => RawAt(_position);

    /// <summary>This line without its end.</summary>
    public ReadOnlySpan<byte> Line => Trim(Raw.Span);

    /// <summary>The line after this one, without its end; empty at the end of the text.</summary>
    public ReadOnlySpan<byte> NextLine => Trim(RawAt(_position + Raw.Length).Span);

    public bool StartsWith(ReadOnlySpan<byte> prefix) => Raw.Span.StartsWith(prefix);

    public ReadOnlyMemory<byte> Take()
    {
        var raw = Raw;
        _position += raw.Length;
        return raw;
    }

    /// <summary>Takes a line that starts with the prefix and gives the rest of it.</summary>
    public bool TryTake(ReadOnlySpan<byte> prefix, out string rest)
    {
        rest = "";
        if (!StartsWith(prefix))
            return false;
        rest = Decode(Line[prefix.Length..]);
        Take();
        return true;
    }

    public void TakeRest() => _position = text.Length;

    /// <exception cref="PatchException">The bytes are not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new PatchException("the diff names a file whose name is not UTF-8");
        }
    }

    private ReadOnlyMemory<byte> RawAt(int position)
    {
        var newline = text.Span[position..].IndexOf((byte)'\n');
        return newline < 0 ? text[position..] : text.Slice(position, newline + 1);
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> raw)
    {
        if (raw.EndsWith("\n"u8))
            raw = raw[..^1];
        return raw.EndsWith("\r"u8) ? raw[..^1] : raw;
    }
}
