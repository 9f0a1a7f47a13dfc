namespace Datacurve.Cli.Capture.Files;

/// <summary>Files that are not recorded, for people. Not inert: whoever prints it sees to that.</summary>
internal static class LeftOutText
{
    private const int FilesShown = 10;

    /// <param name="leftOut">The reason of each, as the end of a sentence.</param>
    /// <returns>As in <c>2 files: a.bin is over 12582912 bytes, b is …</c>.</returns>
    public static string Of(IReadOnlyDictionary<string, string> leftOut)
    {
        var shown = leftOut
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .Take(FilesShown)
            .Select(file => $"{file.Key} {file.Value}");
        var rest = leftOut.Count > FilesShown ? $", and {leftOut.Count - FilesShown} more" : "";
        return $"{leftOut.Count} file{(leftOut.Count == 1 ? "" : "s")}: {string.Join(", ", shown)}{rest}";
    }
}
