using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool;

/// <summary>An edit that an editor tells of, to be met with the recorder's own.</summary>
internal sealed class ToldEdit(FileEdit edit, ActorKind actor)
{
    private readonly TaskCompletionSource<TraceEvent> _met = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public FileEdit Edit => edit;
    public ActorKind Actor => actor;

    /// <summary>The recorder's edit, once there is one.</summary>
    public Task<TraceEvent> Met => _met.Task;

    public void Meet(TraceEvent recorded) => _met.TrySetResult(recorded);

    /// <summary>The recorder's edit with what the editor alone knows.</summary>
    public FileEdit Complete(FileEdit recorded) =>
        recorded with
        {
            Origin = edit.Origin ?? recorded.Origin,
            Provenance = edit.Provenance ?? recorded.Provenance,
            Selection = edit.Selection,
            ReasonRef = edit.ReasonRef,
        };

    public bool IsOf(TraceEvent recorded) => recorded.Payload is FileEdit other && IsOf(other);

    /// <summary>Whether both are of the same file, to the same content so far as both say.</summary>
    public bool IsOf(FileEdit other) =>
        other.FilePath == edit.FilePath
        && (
            edit.PostHash is not { } hash
            || string.Equals(Digits(hash), Digits(other.PostHash ?? ""), StringComparison.OrdinalIgnoreCase)
        );

    // With or without the name of the hash.
    private static string Digits(string hash) => hash.Replace(BlobId.Prefix, "", StringComparison.Ordinal);
}
