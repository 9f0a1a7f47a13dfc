namespace Datacurve.Server.Web;

/// <summary>
/// Marks an endpoint that is let through to a trace that was erased; all others answer 410.
/// </summary>
internal sealed record TakesErasedTraces;
