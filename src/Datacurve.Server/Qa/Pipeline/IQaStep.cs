using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// One step of QA. It may run twice, on two machines, or half and then again: it reads the trace and the
/// result so far, and only what it returns counts, where its claim still holds.
/// </summary>
internal interface IQaStep
{
    /// <summary>One of the names of <see cref="QaStep"/>.</summary>
    string Name { get; }

    /// <summary>The result so far with this step's part in it.</summary>
    /// <param name="step">The claim.</param>
    /// <param name="progress">Takes sentences for whoever waits.</param>
    /// <exception cref="InfrastructureException">The machine could not do it; it is tried again.</exception>
    Task<QaResult> RunAsync(ClaimedStep step, IProgress<string> progress, CancellationToken ct);

    /// <summary>
    /// Removes what killed runs of the step left on this machine; called when no other run follows.
    /// </summary>
    /// <exception cref="InfrastructureException">The machine could not do it.</exception>
    Task RemoveLeftoversAsync(Guid qaJobId, CancellationToken ct) => Task.CompletedTask;
}
