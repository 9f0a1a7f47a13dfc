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
/// What can be known of where a change comes from: which command ran when it was made. Where none did it is
/// unknown. Thread-safe.
/// </summary>
/// <param name="commands">Of the recorded shell; null where there is none.</param>
internal sealed class EditSources(CommandClock? commands = null)
{
    // The disk and the shell are heard on threads of their own. So an edit may be heard before its command's
    // start; that is short, since an editor saves before it has a command run.
    private const long EarlyMs = 50;

    // And it may be heard after the end, which a short command reaches at once.
    private const long LateMs = 250;

    private readonly Lock _gate = new();
    private (Guid EventId, CommandKind Kind) _last;

    /// <summary>Of a change of a file.</summary>
    public EditSource Of(Look look)
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
                ProvenanceOf(look, kind),
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

    // What git brings back is whoever's it was before.
    private static EditProvenance ProvenanceOf(Look look, CommandKind kind) =>
        kind == CommandKind.AiAgent && !look.Hint.Git ? EditProvenance.Ai : EditProvenance.Unknown;
}
