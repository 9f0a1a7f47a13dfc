using Datacurve.Cli.Capture.Files;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>
/// What developers, editors, tools and git do to a repository, chosen by a seed. Git's refusals are part of
/// it: a stash with nothing to stash, a merge that conflicts.
/// </summary>
internal sealed partial class RandomSession(CapturedRepository repository, Random random)
{
    /// <summary>With bounds that a session goes beyond.</summary>
    public static CaptureSetup Setup { get; } =
        new() { Limits = new CaptureLimits { FileBytesMax = 20_000 } };

    public List<string> Steps { get; } = [];

    /// <summary>What is there before anybody watches, some of it committed.</summary>
    public void Prepare()
    {
        repository.Write(".gitignore", "node_modules/\n*.log\n");
        repository.Write("src/main.py", "def main():\n    pass\n");
        for (var file = 0; file < 8; file++)
            Quietly(WriteFile);
        repository.Commit("base");
        for (var change = random.Next(3); change > 0; change--)
            Quietly(WriteFile);
    }

    public async Task StepAsync()
    {
        Action[] acts =
        [
            WriteFile,
            WriteFile,
            EditFile,
            EditFile,
            EditFile,
            AtomicSave,
            VimSave,
            Burst,
            Delete,
            Rename,
            RenameFolder,
            DeleteFolder,
            ChangeMode,
            MakeLink,
            SwapFileAndFolder,
            ChangeIgnored,
            MakePipe,
            Commit,
            Commit,
            SwitchBranch,
            Stash,
            Reset,
            Rebase,
            Merge,
            Untrack,
            NestRepository,
            UnnestRepository,
            LinkFolder,
            ChangeCase,
            NameBytes,
            Grow,
            Attributes,
            CleanUp,
            Restore,
            CherryPick,
            MoveByGit,
            NestExisting,
        ];
        var act = acts[random.Next(acts.Length)];
        Steps.Add(act.Method.Name);
        Quietly(act);
        if (random.Next(3) == 0)
            await Task.Delay(random.Next(120));
    }

    // What is in the way of an act, such as a folder where it writes a file, is no fault.
    private static void Quietly(Action act)
    {
        try
        {
            act();
        }
        catch (Exception refused)
            when (refused is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // Git refuses with InvalidOperationException, see GitDiff.
        }
    }

    private void WriteFile() => repository.Write(AnyPath(), AnyContent());

    private void EditFile()
    {
        if (AnyFile() is { } path)
            File.WriteAllBytes(repository.PathOf(path), Edited(path));
    }

    private byte[] Edited(string path) =>
        RandomTrees.EditLine(
            File.ReadAllBytes(repository.PathOf(path)),
            random.Next(30),
            $"edit {random.Next(100)}"
        );

    private void AtomicSave()
    {
        if (AnyFile() is not { } path)
            return;
        var temporary = repository.PathOf(path) + ".tmp" + random.Next(100);
        File.WriteAllBytes(temporary, Edited(path));
        File.Move(temporary, repository.PathOf(path), overwrite: true);
    }

    private void VimSave()
    {
        if (AnyFile() is not { } path)
            return;
        var full = repository.PathOf(path);
        var after = Edited(path);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(full)!, "4913"), "");
        File.Delete(Path.Combine(Path.GetDirectoryName(full)!, "4913"));
        File.Move(full, full + "~", overwrite: true);
        File.WriteAllBytes(full, after);
        File.Delete(full + "~");
    }

    private void Burst()
    {
        for (var save = random.Next(2, 12); save > 0; save--)
            Quietly(random.Next(3) == 0 ? WriteFile : EditFile);
    }

    private void Delete()
    {
        if (AnyFile() is { } path)
            File.Delete(repository.PathOf(path));
    }

    private void Rename()
    {
        if (AnyFile() is not { } path)
            return;
        var target = repository.PathOf(AnyPath());
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(repository.PathOf(path), target, overwrite: random.Next(2) == 0);
    }

    private void RenameFolder()
    {
        var (from, to) = (repository.PathOf(AnyFolder()), repository.PathOf(AnyFolder()));
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        Directory.Move(from, to);
    }

    private string AnyFolder() => Folders[random.Next(1, Folders.Length)].Split('/')[0];

    private void DeleteFolder() => Directory.Delete(repository.PathOf(AnyFolder()), recursive: true);

    private void ChangeMode()
    {
        if (!OperatingSystem.IsWindows() && AnyFile() is { } path)
            File.SetUnixFileMode(
                repository.PathOf(path),
                random.Next(2) == 0 ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100
            );
    }

    // Later acts write through the link, so that it must lead to nothing of the machine's.
    private string Outside => Path.Combine(Path.GetDirectoryName(repository.Root)!, "outside.txt");

    private void MakeLink()
    {
        var path = repository.PathOf(AnyPath());
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (random.Next(2) == 0 && File.Exists(path))
            File.Delete(path);
        File.CreateSymbolicLink(path, random.Next(2) == 0 ? "src" : Outside);
    }

    private void SwapFileAndFolder()
    {
        var path = repository.PathOf("src");
        if (File.Exists(path))
        {
            File.Delete(path);
            repository.Write("src/again.py", AnyContent());
        }
        else if (random.Next(3) == 0)
        {
            Directory.Delete(path, recursive: true);
            File.WriteAllBytes(path, AnyContent());
        }
    }

    private void ChangeIgnored()
    {
        string[] rules = ["node_modules/", "*.log", "build/", "*.bin", "!a.log", "docs d/", "f"];
        var chosen = rules.Where(_ => random.Next(2) == 0);
        repository.Write(".gitignore", string.Join('\n', chosen) + "\n");
    }

    private void LinkFolder()
    {
        var path = repository.PathOf(AnyFolder());
        if (random.Next(2) == 0 && Directory.Exists(path))
            Directory.Move(path, repository.PathOf(AnyFolder()));
        File.CreateSymbolicLink(path, AnyFolder());
    }

    private void ChangeCase()
    {
        if (AnyFile() is not { } path)
            return;
        var name = Path.GetFileName(path);
        var other = name.Any(char.IsLower) ? name.ToUpperInvariant() : name.ToLowerInvariant();
        var full = repository.PathOf(path);
        File.Move(full, Path.Combine(Path.GetDirectoryName(full)!, other));
    }

    // A name that is no UTF-8, which only the shell can write here.
    private void NameBytes()
    {
        using var made = System.Diagnostics.Process.Start(
            "sh",
            ["-c", "cd \"$1\" && date > \"$(printf 'bad\\351')\"", "sh", repository.Root]
        );
        made.WaitForExit();
    }

    // Beyond what is recorded of one file, and back.
    private void Grow()
    {
        if (AnyFile() is not { } path)
            return;
        var large = new byte[repository.Setup.Limits.FileBytesMax + random.Next(-1, 2)];
        random.NextBytes(large.AsSpan(0, 1000));
        File.WriteAllBytes(repository.PathOf(path), random.Next(3) == 0 ? AnyContent() : large);
    }

    private void MakePipe()
    {
        if (File.Exists(repository.PathOf("pipe")))
            return;
        using var made = System.Diagnostics.Process.Start("mkfifo", [repository.PathOf("pipe")]);
        made.WaitForExit();
    }
}
