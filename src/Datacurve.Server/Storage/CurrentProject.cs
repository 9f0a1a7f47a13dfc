using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>
/// The project that the work of one scope is for: the caller's in a request, the trace's in a QA step. What
/// needs it and was not told fails, instead of reading everybody's.
/// </summary>
internal sealed class CurrentProject
{
    private ProjectId? _id;

    /// <exception cref="InvalidOperationException">Nobody has said whose work this is.</exception>
    public ProjectId Id
    {
        get =>
            _id ?? throw new InvalidOperationException("work that names no project reached a project's data");
        set => _id = value;
    }

    /// <summary>The trace that a QA step works on, and of which it makes what it stores.</summary>
    public TraceId? MadeOf { get; set; }
}
