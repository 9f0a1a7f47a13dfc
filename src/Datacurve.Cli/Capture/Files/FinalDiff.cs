using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// The fix as one diff: from the base to the state that the log leads to, everything cleansed as the log is.
/// </summary>
internal static class FinalDiff
{
    /// <summary>
    /// Null where it is over what one diff may hold; the service then takes the edits themselves as the fix.
    /// </summary>
    /// <param name="changes">Of a <see cref="FaithfulnessResult"/>.</param>
    public static byte[]? Write(IReadOnlyList<FileChange> changes, CaptureLimits limits)
    {
        if (changes.Count > PatchLimits.FilesMax)
            return null;
        var diff = new DiffText(limits.DiffEditsMax);
        using var text = new MemoryStream();
        foreach (var part in changes.SelectMany(change => PartsOf(diff, change)))
        {
            if (text.Length + part.Length > PatchLimits.PatchBytesMax)
                return null;
            text.Write(part);
        }
        return text.ToArray();
    }

    private static IEnumerable<byte[]> PartsOf(DiffText diff, FileChange change) =>
        change switch
        {
            { Before: null, After: { } after } => [Create(diff, change.Path, after)],
            { Before: { } before, After: null } => [Delete(diff, change.Path, before)],
            { Before: { } before, After: { } after } when IsLink(before) != IsLink(after) =>
            [
                Delete(diff, change.Path, before),
                Create(diff, change.Path, after),
            ],
            { Before: { } before, After: { } after } => [Change(diff, change.Path, before, after)],
            _ => [],
        };

    private static bool IsLink(FileState file) => file.Mode == FileMode.SymbolicLink;

    private static byte[] Create(DiffText diff, string path, FileState after) =>
        DiffText.IsBinary(after.Content) ? diff.CreateBinary(path, after) : diff.Create(path, after);

    private static byte[] Delete(DiffText diff, string path, FileState before) =>
        DiffText.IsBinary(before.Content) ? diff.DeleteBinary(path, before.Mode) : diff.Delete(path, before);

    private static byte[] Change(DiffText diff, string path, FileState before, FileState after) =>
        DiffText.IsBinary(before.Content) || DiffText.IsBinary(after.Content)
            ? diff.ChangeBinary(path, before, after)
            : diff.Change(path, before, after);
}
