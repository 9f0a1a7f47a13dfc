using Datacurve.Core.Qa;
using Datacurve.Core.Replay;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// What came of rebuilding a trace: <see cref="ReproducedTrace"/> or <see cref="UnreproducibleTrace"/>.
/// </summary>
internal abstract class Reproduction(string? finalDiff, ReplayResult replay) : IAsyncDisposable
{
    /// <summary>The final diff as text, for reading only; null where there is none.</summary>
    public string? FinalDiff { get; } = finalDiff;

    /// <summary>
    /// How far the edits lead. Always there, with the reason where nothing could be replayed.
    /// </summary>
    public ReplayResult Replay { get; } = replay;

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The trace cannot be rebuilt, for a reason that lies in the trace.</summary>
internal sealed class UnreproducibleTrace(string reason, string? finalDiff, ReplayResult replay)
    : Reproduction(finalDiff, replay)
{
    /// <summary>One sentence.</summary>
    public string Reason { get; } = reason;
}

/// <summary>
/// The repository at its base and the fix on it. The workspaces made from it are removed when it is disposed.
/// </summary>
internal sealed class ReproducedTrace(
    BaseFolder repository,
    IReadOnlyList<FileChange> fix,
    string finalDiff,
    ReplayResult replay,
    WorkspaceFolder workspaces
) : Reproduction(finalDiff, replay)
{
    /// <summary>The base, shared with other jobs: to be read, never written.</summary>
    public string BaseDirectory => repository.FullPath;

    /// <summary>The base, file by file.</summary>
    public IFileTree Base => repository.Tree;

    /// <summary>What the fix changes, by path.</summary>
    public IReadOnlyList<FileChange> Fix { get; } = fix;

    /// <summary>
    /// Makes a folder of its own that holds the base with the given changes; one made under the same name
    /// before is replaced.
    /// </summary>
    /// <exception cref="NotReproducibleException">The changes do not fit, or are over a limit.</exception>
    public Task<string> MaterializeAsync(
        string name,
        IReadOnlyList<FileChange> changes,
        CancellationToken ct
    ) => workspaces.MaterializeAsync(name, repository.Tree, changes, ct);

    public override ValueTask DisposeAsync()
    {
        workspaces.Remove();
        repository.Dispose();
        return base.DisposeAsync();
    }
}
