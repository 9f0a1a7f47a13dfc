using System.Diagnostics;
using Datacurve.Core.Replay;

namespace Datacurve.Tests.Replay;

/// <summary>Diffs made by the real git, of trees written to a temporary folder.</summary>
internal sealed class GitDiff : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("datacurve-diff-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The diff between two trees, as a developer's repository would give it.</summary>
    public byte[] Between(MemoryTree before, MemoryTree after, params string[] options)
    {
        if (!Directory.Exists(Path.Combine(_folder, ".git")))
            Run(_folder, ["init", "-q"]);
        return Run(_folder, ["diff", .. options, Record(before), Record(after)]);
    }

    /// <summary>Runs git without the machine's settings and gives what it prints.</summary>
    public static byte[] Run(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var role in (string[])["AUTHOR", "COMMITTER"])
        {
            start.Environment[$"GIT_{role}_NAME"] = "Ada";
            start.Environment[$"GIT_{role}_EMAIL"] = "ada@example.org";
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        if (process.ExitCode > 1)
            throw new InvalidOperationException(errors.GetAwaiter().GetResult());
        return output.ToArray();
    }

    private string Record(MemoryTree tree)
    {
        foreach (var entry in new DirectoryInfo(_folder).EnumerateFileSystemInfos())
            if (entry.Name != ".git")
                Remove(entry);
        foreach (var (path, file) in tree)
            TreeOnDisk.Write(Path.Combine(_folder, path), file);
        Run(_folder, ["add", "--all", "."]);
        return System.Text.Encoding.ASCII.GetString(Run(_folder, ["write-tree"])).Trim();
    }

    private static void Remove(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo folder)
            folder.Delete(recursive: true);
        else
            entry.Delete();
    }
}

/// <summary>Plain writing of files with git's modes.</summary>
internal static class TreeOnDisk
{
    public static void Write(string path, FileState file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (file.Mode == Core.Replay.FileMode.SymbolicLink)
        {
            File.CreateSymbolicLink(path, System.Text.Encoding.UTF8.GetString(file.Content));
            return;
        }
        File.WriteAllBytes(path, file.Content);
        if (file.Mode == Core.Replay.FileMode.Executable && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
