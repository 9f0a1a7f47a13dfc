using System.Runtime.InteropServices;

namespace Datacurve.Server;

/// <summary>
/// What this process writes is for its own account alone: recorded code, and what sessions are signed with.
/// </summary>
internal static partial class OwnFiles
{
    // All that group and others may do.
    private const uint OfOthers = 0b000_111_111;

    /// <summary>Lets no other account do anything with the files and folders made from now on.</summary>
    public static void KeepPrivate()
    {
        if (OperatingSystem.IsWindows())
            return;
        // The framework has no call for it. A mask that was stricter stays so.
        var before = SetMask(OfOthers);
        _ = SetMask(before | OfOthers);
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint mask);
}
