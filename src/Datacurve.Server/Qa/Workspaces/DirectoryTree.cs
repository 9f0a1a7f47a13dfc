using System.Text;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// The files of a folder on disk. Links are files whose content is their target; none is followed.
/// </summary>
internal sealed class DirectoryTree(string root) : IFileTree
{
    public FileState? Find(string path)
    {
        if (FindInfo(path) is not { } info)
            return null;
        if (info.LinkTarget is { } target)
            return new FileState(Encoding.UTF8.GetBytes(target), FileMode.SymbolicLink);
        return info.Length > PatchLimits.FileBytesMax
            ? throw new PatchException($"{RepoPath.Quote(path)} is over {PatchLimits.FileBytesMax} bytes")
            : new FileState(File.ReadAllBytes(info.FullName), ModeOf(info));
    }

    /// <summary>The file or link itself, whatever its size; null where neither is.</summary>
    public FileInfo? FindInfo(string path)
    {
        if (RepoPath.Objection(path) is not null || !RepoPath.Ancestors(path).All(IsFolder))
            return null;
        var info = new FileInfo(Path.Combine(root, path));
        return info.LinkTarget is not null || info.Exists ? info : null;
    }

    public IEnumerable<string> PathsUnder(string folder)
    {
        if (folder.Length > 0 && !RepoPath.Ancestors(folder).Append(folder).All(IsFolder))
            return [];
        return Walk(folder).Where(entry => entry.Info is FileInfo).Select(entry => entry.Path);
    }

    /// <summary>Every file and every empty folder below a folder.</summary>
    public IEnumerable<(string Path, FileSystemInfo Info)> Walk(string folder)
    {
        var pending = new Stack<string>([folder]);
        while (pending.TryPop(out var current))
        {
            var empty = true;
            foreach (var entry in new DirectoryInfo(Path.Combine(root, current)).EnumerateFileSystemInfos())
            {
                empty = false;
                var path = current.Length == 0 ? entry.Name : $"{current}/{entry.Name}";
                if (entry is DirectoryInfo && entry.LinkTarget is null)
                    pending.Push(path);
                else
                    yield return (path, entry as FileInfo ?? new FileInfo(entry.FullName));
            }
            if (empty && current.Length > 0)
                yield return (current, new DirectoryInfo(Path.Combine(root, current)));
        }
    }

    public static FileMode ModeOf(FileInfo info) =>
        info.LinkTarget is not null ? FileMode.SymbolicLink
        : !OperatingSystem.IsWindows() && info.UnixFileMode.HasFlag(UnixFileMode.UserExecute)
            ? FileMode.Executable
        : FileMode.Regular;

    private bool IsFolder(string path)
    {
        var info = new DirectoryInfo(Path.Combine(root, path));
        return info.Exists && info.LinkTarget is null;
    }
}
