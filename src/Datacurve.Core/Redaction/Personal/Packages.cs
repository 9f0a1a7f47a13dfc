namespace Datacurve.Core.Redaction.Personal;

/// <summary>Tells packages that bundlers name with a tilde from the homes of users.</summary>
internal static class Packages
{
    /// <summary>
    /// Whether a statement imports what follows: <c>import x from '~NAME/…'</c>, <c>@import "~NAME/…"</c>.
    /// </summary>
    /// <param name="before">What stands before the quote.</param>
    public static bool AreImportedBy(ReadOnlySpan<byte> before)
    {
        before = before.TrimEnd(" ("u8);
        return before.EndsWith("import"u8)
            || before.EndsWith("from"u8)
            || before.EndsWith("require"u8)
            || before.EndsWith("url"u8)
            || before.EndsWith("@use"u8);
    }
}
