namespace Datacurve.Cli.Capture.Provenance;

/// <summary>
/// How often each letter, digit and byte beyond ASCII was typed since this was last asked, and whether
/// something was pasted. Nothing but these counts is kept: no order, no times but the last. Not thread-safe.
/// </summary>
internal sealed class TypedKeys
{
    // Where an editor does not ask the terminal to mark a paste, it comes as keys do, but all at once.
    private const int BurstMax = 8;
    private const int PasteBegins = 200;
    private const int PasteEnds = 201;
    private const byte Escape = 0x1b;
    private const byte Bell = 0x07;

    private LetterCounts _letters = new();
    private State _state;
    private int _parameter;
    private bool _isPasting;
    private bool _hasPaste;
    private bool _hasKeys;

    private enum State
    {
        Plain,
        Escape,

        /// <summary>Behind <c>ESC [</c>: a cursor key, the mark of a paste, an answer.</summary>
        Sequence,

        /// <summary>Behind <c>ESC O</c>, which one byte ends.</summary>
        Single,

        /// <summary>A text that a terminal answers with.</summary>
        Text,
    }

    /// <summary>When a key was last passed on, in Unix milliseconds.</summary>
    public long LastMs { get; private set; }

    /// <summary>What one read of the terminal gave.</summary>
    public void Add(ReadOnlySpan<byte> keys, long nowMs)
    {
        LastMs = nowMs;
        _hasKeys = true;
        var read = new LetterCounts();
        var characters = 0;
        foreach (var key in keys)
            if (IsTyped(key))
            {
                read.Add(key);
                if (key >= ' ' && !IsContinuation(key))
                    characters++;
            }
        if (characters > BurstMax)
            _hasPaste = true;
        else
            _letters.Add(read);

        // Escape alone is a key. The mark of a paste may come in two parts, with more of the paste before it.
        if (
            _state is State.Text or State.Single
            || (_state == State.Escape && keys.Length == 1 && !_isPasting)
        )
            _state = State.Plain;
    }

    /// <summary>
    /// What was typed until now; null where nothing was, or something was pasted. It begins anew.
    /// </summary>
    public LetterCounts? Take()
    {
        var typed = _hasKeys && !_hasPaste ? _letters : null;
        (_letters, _hasKeys, _hasPaste) = (new LetterCounts(), false, _isPasting);
        return typed;
    }

    private static bool IsContinuation(byte key) => (key & 0xc0) == 0x80;

    /// <summary>Whether it is a character that a key stands for, and not part of anything longer.</summary>
    private bool IsTyped(byte key)
    {
        var state = _state;
        _state = Next(key);
        return state == State.Plain && key != Escape && !_isPasting;
    }

    private State Next(byte key)
    {
        if (key == Escape)
            return State.Escape;
        switch (_state)
        {
            case State.Escape:
                _parameter = 0;
                return key switch
                {
                    (byte)'[' => State.Sequence,
                    (byte)'O' => State.Single,
                    (byte)']' or (byte)'P' or (byte)'_' or (byte)'^' => State.Text,
                    _ => State.Plain,
                };
            case State.Sequence when key is >= (byte)'0' and <= (byte)'9':
                _parameter = Math.Min(1000, (_parameter * 10) + key - '0');
                return State.Sequence;
            case State.Sequence when key is >= 0x40 and <= 0x7e:
                EndSequence(key);
                return State.Plain;
            case State.Text when key != Bell:
            case State.Sequence:
                return _state;
            default:
                return State.Plain;
        }
    }

    private void EndSequence(byte final)
    {
        if (final != '~' || _parameter is not (PasteBegins or PasteEnds))
            return;
        _isPasting = _parameter == PasteBegins;
        _hasPaste = true;
    }
}
