namespace Datacurve.Server.Qa;

/// <summary>
/// Three folders on this machine: the repository at its base; the base with <c>FixRules.ForBefore</c> of the
/// fix; the base with <c>FixRules.ForAfter</c> of it. Whoever made them removes them.
/// </summary>
internal sealed record PreparedWorkspaces(
    string BaseDirectory,
    string BeforeDirectory,
    string AfterDirectory
);
