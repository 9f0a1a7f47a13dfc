namespace Datacurve.Core;

/// <summary>Counts of things in sentences for people.</summary>
public static class Quantity
{
    /// <summary><c>1 edit</c>, <c>2 edits</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">One of them; an s makes it several.</param>
    /// <param name="several">Several of them, where an s does not.</param>
    public static string Of(long count, string one, string? several = null) =>
        $"{count} {(count == 1 ? one : several ?? $"{one}s")}";

    /// <summary><c>1 edit is</c>, <c>2 edits are</c>.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Are(long count, string one) => $"{Of(count, one)} {(count == 1 ? "is" : "are")}";

    /// <summary><c>1 edit was</c>, <c>2 edits were</c>.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Were(long count, string one) => $"{Of(count, one)} {(count == 1 ? "was" : "were")}";
}
