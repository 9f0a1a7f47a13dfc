using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Replay;
using Microsoft.Win32.SafeHandles;

namespace Datacurve.Cli.Capture.Git;

/// <summary>
/// Pipes that lie where git looks for ignore rules, held open until disposed. Git would wait for ever for
/// somebody who opens one to write; once it is open, git finds it empty and goes on, also where it was
/// waiting already. They are held from one question to the next, since the watch tells of each that is
/// closed. Not thread-safe.
/// </summary>
/// <param name="root">Of the working tree.</param>
/// <param name="warn">Told of each, in a sentence for the developer.</param>
internal sealed class RulePipes(string root, Action<string> warn) : IDisposable
{
    private static readonly TimeSpan HoldEvery = TimeSpan.FromSeconds(0.25);
    private readonly Dictionary<ulong, SafeFileHandle?> _held = [];

    /// <summary>Whether a pipe lies at this path itself.</summary>
    public static bool IsPipe(string path) => IsPipe(path, out _);

    /// <summary>What the developer is told of one.</summary>
    public static string Told(string name) => $"{name} is a pipe, so no ignore rules were read from it.";

    /// <summary>
    /// Waits for git, and holds again and again: a pipe may come in the place of a file after git was asked.
    /// </summary>
    public static async Task<T> HoldingAsync<T>(Task<T> answer, Action hold)
    {
        while (await Task.WhenAny(answer, Task.Delay(HoldEvery)) != answer)
            hold();
        return await answer;
    }

    /// <summary>Holds those that git would read to say whether this file is ignored.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="folders">Those that were looked into, kept between the files of one question.</param>
    public void HoldAbove(string path, HashSet<string> folders)
    {
        // Most files lie in the folder of the one before.
        var folder = path.AsSpan(0, Math.Max(0, path.LastIndexOf('/')));
        if (folders.GetAlternateLookup<ReadOnlySpan<char>>().Contains(folder))
            return;
        foreach (var above in RepoPath.Ancestors(path).Prepend(""))
            if (folders.Add(above))
                HoldIn(above);
    }

    public void HoldIn(string folder) => Hold(Path.Combine(root, folder, ".gitignore"));

    public void Hold(string path)
    {
        if (!IsPipe(path, out var inode) || _held.ContainsKey(inode))
            return;
        warn(Told(Path.GetRelativePath(root, path)));
        _held[inode] = null;
        try
        {
            const FileShare all = FileShare.ReadWrite | FileShare.Delete;
            _held[inode] = File.OpenHandle(path, System.IO.FileMode.Open, FileAccess.ReadWrite, all);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // It went, or we may not write into it: git is waited for as long as for any answer.
        }
    }

    public void Dispose()
    {
        foreach (var pipe in _held.Values)
            pipe?.Dispose();
    }

    private static bool IsPipe(string path, out ulong inode)
    {
        inode = 0;
        if (!OperatingSystem.IsLinux() || LinuxFiles.Stat(path, out var file) != 0)
            return false;
        inode = file.Inode;
        return (file.Mode & LinuxFiles.TypeMask) == LinuxFiles.PipeType;
    }
}
