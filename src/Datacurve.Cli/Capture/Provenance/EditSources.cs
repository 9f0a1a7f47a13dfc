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

/// <summary>How a change came into an editor, as its plugin says.</summary>
internal enum EditHintKind
{
    Typed,
    Pasted,
    Ai,
}

/// <summary>
/// What can be known of where a change comes from: which command ran when it was made, and what editors say.
/// What neither knows is unknown. Thread-safe.
/// </summary>
/// <param name="commands">Of the recorded shell; null where there is none.</param>
internal sealed class EditSources(CommandClock? commands = null)
{
    private const int HintsMax = 2000;

    // A plugin speaks when the editor changes its text, the disk when it saves.
    private const long HintAgeMsMax = 10 * 60_000;

    // The disk and the shell are heard on threads of their own. So an edit may be heard before its command's
    // start; that is short, since an editor saves before it has a command run.
    private const long EarlyMs = 50;

    // And it may be heard after the end, which a short command reaches at once.
    private const long LateMs = 250;

    private readonly Lock _gate = new();
    private readonly List<EditHint> _hints = [];
    private (Guid EventId, CommandKind Kind) _last;

    /// <summary>An editor's plugin told how text came into a file.</summary>
    public void EditorTold(string path, EditHintKind kind, long tsMs)
    {
        lock (_gate)
        {
            _hints.Add(new EditHint(path, kind, tsMs));
            if (_hints.Count > HintsMax)
                _hints.RemoveAt(0);
        }
    }

    /// <summary>Of a change of a file.</summary>
    public EditSource Of(string path, Look look)
    {
        if (look.Reason == LookReason.Unobserved)
            return new EditSource(EditOrigin.Unobserved, EditProvenance.Unknown, null);
        if (look.Reason == LookReason.Rules)
            return new EditSource(EditOrigin.IgnoreRules, EditProvenance.Unknown, null);
        var command = commands?.At(look.Hint.LastMs, EarlyMs, LateMs);
        lock (_gate)
        {
            var kind = KindOf(command);
            return new EditSource(
                OriginOf(look, kind),
                ProvenanceOf(path, look, kind),
                command?.EventId.ToString()
            );
        }
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

    private EditProvenance ProvenanceOf(string path, Look look, CommandKind kind)
    {
        // What git brings back is whoever's it was before.
        if (look.Hint.Git || kind == CommandKind.Git)
            return EditProvenance.Unknown;
        var told = _hints.FindAll(hint =>
            hint.Path == path
            && hint.TsMs <= look.Hint.LastMs + 1000
            && look.Hint.LastMs - hint.TsMs <= HintAgeMsMax
        );
        _hints.RemoveAll(told.Contains);
        var isAi = kind == CommandKind.AiAgent || told.Exists(hint => hint.Kind == EditHintKind.Ai);
        var isHuman = told.Exists(hint => hint.Kind != EditHintKind.Ai);
        return (isAi, isHuman) switch
        {
            (true, true) => EditProvenance.Mixed,
            (true, false) => EditProvenance.Ai,
            (false, true) => EditProvenance.Human,
            _ => EditProvenance.Unknown,
        };
    }

    private sealed record EditHint(string Path, EditHintKind Kind, long TsMs);
}
