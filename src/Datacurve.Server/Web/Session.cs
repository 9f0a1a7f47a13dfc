namespace Datacurve.Server.Web;

/// <summary>A browser's session, as its cookie says it.</summary>
/// <param name="Id">Made at the sign-in; of no use without the cookie.</param>
/// <param name="Email">The address that the provider has verified; null where it has none.</param>
/// <param name="EndsAtMs">When it ends by itself, in Unix milliseconds.</param>
internal sealed record Session(string Id, string? Email, long EndsAtMs);
