using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Cli.Capture;

/// <content>What git does, and repositories inside the repository.</content>
internal sealed partial class RandomSession
{
    private int _commits;

    private void NestRepository()
    {
        var folder = repository.PathOf("nested/" + random.Next(2));
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        GitDiff.Run(folder, "init", "-q");
        File.WriteAllText(Path.Combine(folder, "inside.txt"), "not recorded");
        if (random.Next(2) == 0)
            GitDiff.Run(
                folder,
                "-c",
                "user.name=A",
                "-c",
                "user.email=a@example.org",
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                "inner"
            );
    }

    private void UnnestRepository() =>
        Directory.Delete(repository.PathOf("nested/" + random.Next(2) + "/.git"), recursive: true);

    private void NestExisting()
    {
        var folder = repository.PathOf(AnyFolder());
        if (random.Next(2) == 0 && Directory.Exists(folder))
            GitDiff.Run(folder, "init", "-q");
        else
            Directory.Delete(Path.Combine(folder, ".git"), recursive: true);
    }

    private void Commit()
    {
        if (random.Next(4) == 0)
            repository.Git("commit", "-q", "--amend", "--no-edit", "--allow-empty", "-a");
        else
        {
            // A repository without a commit cannot be added; all else is.
            Quietly(() => repository.Git("add", "--all", "--ignore-errors"));
            repository.Git("commit", "-q", "--allow-empty", "-m", $"commit {++_commits}");
        }
    }

    private void SwitchBranch()
    {
        var branch = $"branch{random.Next(3)}";
        if (random.Next(2) == 0)
            repository.Git("checkout", "-q", "-f", "-B", branch, random.Next(2) == 0 ? "HEAD" : "main");
        else
            repository.Git("checkout", "-q", random.Next(2) == 0 ? "main" : branch);
    }

    private void Stash() =>
        repository.Git(random.Next(2) == 0 ? ["stash", "push", "-q", "-u"] : ["stash", "pop", "-q"]);

    private void Reset() => repository.Git("reset", "-q", "--hard", random.Next(2) == 0 ? "HEAD" : "HEAD~1");

    private void Rebase()
    {
        Quietly(() => repository.Git("rebase", "-q", "main"));
        Quietly(() => repository.Git("rebase", "--abort"));
    }

    private void Merge()
    {
        Quietly(() => repository.Git("merge", "-q", "--no-edit", $"branch{random.Next(3)}"));
        if (random.Next(2) == 0)
            Quietly(() => repository.Git("merge", "--abort"));
    }

    private void Untrack()
    {
        if (AnyFile() is { } path)
            repository.Git(random.Next(2) == 0 ? ["rm", "-q", "--cached", path] : ["add", "-f", path]);
    }

    private void Attributes()
    {
        repository.Git("config", "core.autocrlf", random.Next(2) == 0 ? "true" : "false");
        repository.Write(".gitattributes", random.Next(2) == 0 ? "*.py text eol=crlf\n" : "* -text\n");
        Quietly(() => repository.Git("add", "--renormalize", "."));
    }

    private void CleanUp() =>
        repository.Git("clean", "-q", "-f", "-d", random.Next(2) == 0 ? "-x" : "-e*.md");

    private void Restore() => repository.Git("checkout", "-q", "--", ".");

    private void CherryPick()
    {
        Quietly(() => repository.Git("cherry-pick", "--allow-empty", $"branch{random.Next(3)}"));
        Quietly(() => repository.Git("cherry-pick", "--abort"));
        if (random.Next(3) == 0)
            Quietly(() => repository.Git("revert", "--no-edit", "HEAD"));
        Quietly(() => repository.Git("revert", "--abort"));
    }

    private void MoveByGit()
    {
        if (AnyFile() is { } path)
            repository.Git("mv", "-f", path, AnyPath());
    }
}
