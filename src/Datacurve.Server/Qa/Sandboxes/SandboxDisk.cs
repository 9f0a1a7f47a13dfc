namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// What a run may write, as sizes of the three tmpfs that it may write to. Of
/// <see cref="SandboxLimits.DiskBytesMax"/>, an eighth each goes to <c>/tmp</c> and <c>/reports</c> and the
/// rest to <c>/workspace</c>; what a setup left is unpacked into the first and the last, and comes on top.
/// </summary>
internal sealed class SandboxDisk(SandboxLimits limits, WorkspaceArchive workspace, long setupBytes)
{
    private const int BytesPerInode = 8192;

    public string Workspace => Tmpfs(WorkspaceBytesMax(limits) + setupBytes, workspace.Count);
    public string Tmp => Tmpfs(SideBytes(limits) + setupBytes, 0);
    public string Reports => Tmpfs(SideBytes(limits), 0);

    /// <summary>What <c>/workspace</c> can hold, the workspace itself included.</summary>
    public static long WorkspaceBytesMax(SandboxLimits limits) => limits.DiskBytesMax - 2 * SideBytes(limits);

    private static long SideBytes(SandboxLimits limits) => limits.DiskBytesMax / 8;

    private string Tmpfs(long bytes, long inodes) =>
        $"size={bytes},nr_inodes={inodes + (limits.DiskBytesMax + setupBytes) / BytesPerInode}";
}
