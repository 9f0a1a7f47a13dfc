using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.Provenance;

/// <summary>Where a change comes from, and the command during which it was made.</summary>
internal readonly record struct EditSource(
    EditOrigin Origin,
    EditProvenance Provenance,
    string? CorrelationId
);

/// <summary>
/// What can be known of where a change comes from: which command ran when it was made, and where that is an
/// editor, whether what was typed can be what was put in. Where none did it is unknown. Thread-safe.
/// </summary>
/// <param name="commands">Of the recorded shell; null where there is none.</param>
/// <param name="time">Of the changes as well.</param>
/// <param name="isEditorOpen">Asked while an assistant runs, whether somebody else may save as well.</param>
internal sealed class EditSources(
    CommandClock? commands = null,
    TimeProvider? time = null,
    Func<bool>? isEditorOpen = null
)
{
    // The disk and the shell are heard on threads of their own. So an edit may be heard before its command's
    // start; that is short, since an editor saves before it has a command run.
    private const long EarlyMs = 50;

    // And it may be heard after the end, which a short command reaches at once.
    private const long LateMs = 250;

    // It is a key that has an editor save; a save long after one has another cause, or is another program's.
    private const long SaveMs = 5_000;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private TypedKeys _keys = new();
    private (Guid EventId, CommandKind Kind) _last;
    private Guid _typedAt;
    private LetterCounts? _typed;
    private long _takenMs;

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What the developer types; counted while an editor has the terminal, and not kept.</summary>
    public void Typed(ReadOnlySpan<byte> keys)
    {
        if (commands?.Running is not { } command)
            return;
        lock (_gate)
        {
            if (KindOf(command) != CommandKind.Editor)
                return;
            if (_typedAt != command.EventId)
                (_keys, _typed, _typedAt) = (new TypedKeys(), null, command.EventId);
            _keys.Add(keys, NowMs);
        }
    }

    /// <summary>Of a change of a file.</summary>
    /// <param name="look">What was heard of it.</param>
    /// <param name="inserted">
    /// Counts what it put in, where an editor may have done it; null where that is not known.
    /// </param>
    public EditSource Of(Look look, Func<LetterCounts?> inserted)
    {
        if (look.Reason == LookReason.Unobserved)
            return new EditSource(EditOrigin.Unobserved, EditProvenance.Unknown, null);
        if (look.Reason == LookReason.Rules)
            return new EditSource(EditOrigin.IgnoreRules, EditProvenance.Unknown, null);
        var command = commands?.At(look.Hint.LastMs, EarlyMs, LateMs);
        CommandKind kind;
        LetterCounts? typed;
        lock (_gate)
        {
            kind = KindOf(command);
            typed = kind == CommandKind.Editor ? TypedFor(look, command!) : null;
        }
        if (kind == CommandKind.AiAgent && isEditorOpen?.Invoke() == true)
            kind = CommandKind.Other;

        // To compare takes time, for which no key waits.
        var isTyped = typed is not null && inserted() is { } letters && typed.TryTake(letters);
        return new EditSource(
            OriginOf(look, kind),
                // What git brings back is whoever's it was before.
                look.Hint.Git
                    ? EditProvenance.Unknown
                : kind == CommandKind.AiAgent ? EditProvenance.Ai
                : isTyped ? EditProvenance.Human
                : EditProvenance.Unknown,
            command?.EventId.ToString()
        );
    }

    // Files that are saved at once share what was typed before.
    private LetterCounts? TypedFor(Look look, ShellCommand command)
    {
        if (look.Reason != LookReason.Heard || command.EventId != _typedAt)
            return null;
        if (look.Hint.FirstMs > _takenMs)
            (_typed, _takenMs) = (_keys.Take(), NowMs);
        return look.Hint.LastMs - _keys.LastMs <= SaveMs ? _typed : null;
    }

    // A build writes thousands of files under one command.
    private CommandKind KindOf(ShellCommand? command)
    {
        if (command is null)
            return CommandKind.Other;
        if (_last.EventId != command.EventId)
            _last = (command.EventId, CommandKinds.Of(command.CommandLine));
        return _last.Kind;
    }

    private static EditOrigin OriginOf(Look look, CommandKind kind) =>
        look.Hint.Git || kind == CommandKind.Git ? EditOrigin.Git
        : kind is CommandKind.Rewriter or CommandKind.AiAgent ? EditOrigin.Tool
        : EditOrigin.Save;
}
