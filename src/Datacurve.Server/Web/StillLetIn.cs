namespace Datacurve.Server.Web;

/// <summary>
/// Whether a caller that was let in would be let in still: for answers that go on as long as a client likes.
/// </summary>
internal delegate Task<bool> StillLetIn(Caller caller);
