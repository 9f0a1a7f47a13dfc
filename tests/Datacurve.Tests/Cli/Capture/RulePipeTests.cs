using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Git;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>
/// Pipes where git looks for its rules, into which nobody writes: git alone would wait there for ever.
/// </summary>
public sealed class RulePipeTests
{
    private static CancellationToken Ct => CapturedRepository.Ct;

    [Theory]
    [InlineData(".gitignore")]
    [InlineData("tracked/.gitignore")]
    [InlineData("new/.gitignore")]
    [InlineData(".git/info/exclude")]
    [InlineData(".gitattributes")]
    [InlineData(".git/info/attributes")]
    public async Task A_pipe_that_was_there_before_is_told_and_not_waited_for(string pipe)
    {
        await using var repository = Committed();
        await MakePipeAsync(repository, pipe);
        await repository.StartAsync();
        repository.Write("new/a.py", "one\n");

        var events = await repository.StopAsync();

        Assert.StartsWith(
            $"{pipe} is a pipe, so ",
            Assert.Single(repository.Warnings),
            StringComparison.Ordinal
        );
        Assert.Contains(Edits(events), edit => edit.FilePath == "new/a.py");
        Assert.True((await repository.CheckAsync()).IsFaithful);
    }

    [Theory]
    [InlineData(".gitignore")]
    [InlineData("tracked/.gitignore")]
    [InlineData("new/.gitignore")]
    [InlineData(".git/info/exclude")]
    public async Task A_pipe_that_comes_later_is_told_and_not_waited_for(string pipe)
    {
        await using var repository = Committed();
        repository.Write(".gitignore", "*.log\n");
        await repository.StartAsync();
        await MakePipeAsync(repository, pipe);
        repository.Write("new/a.py", "one\n");
        repository.Write("new/a.log", "one\n");
        await repository.WaitForAsync(events => Edits(events).Any(edit => edit.FilePath == "new/a.py"));

        var events = await repository.StopAsync();

        Assert.Equal(
            $"{pipe} is a pipe, so no ignore rules were read from it.",
            Assert.Single(repository.Warnings)
        );
        Assert.Equal(pipe == ".gitignore", Edits(events).Any(edit => edit.FilePath == "new/a.log"));
        Assert.True((await repository.CheckAsync()).IsFaithful);
    }

    [Fact]
    public async Task A_pipe_with_the_rules_of_the_user_is_told_and_not_waited_for()
    {
        await using var repository = Committed();
        await MakePipeAsync(repository, ".git/own");
        repository.Git("config", "core.excludesFile", repository.PathOf(".git/own"));
        await repository.StartAsync();
        repository.Write("a.py", "one\n");

        var events = await repository.StopAsync();

        Assert.Equal(
            $"{repository.PathOf(".git/own")} is a pipe, so no ignore rules were read from it.",
            Assert.Single(repository.Warnings)
        );
        Assert.Equal("a.py", Assert.Single(Edits(events)).FilePath);
    }

    [Theory]
    [InlineData(".git/info/exclude")]
    [InlineData("tracked/.gitignore")]
    public async Task A_pipe_that_comes_while_git_is_asked_is_told_and_not_waited_for(string pipe)
    {
        await using var captured = Committed();
        var limits = new CaptureLimits { GitTimeout = TimeSpan.FromSeconds(20) };
        var repository = await Repository.FindAsync(captured.Root, limits, TimeProvider.System, Ct);
        var told = new List<string>();
        await using var rules = await IgnoreRules.OpenAsync(
            repository,
            captured.PathOf(".git"),
            told.Add,
            Ct
        );
        captured.Write("tracked/b.py", "one\n");

        var listed = await rules.AnswerAsync(ListAsync, ["tracked/b.py"]);

        Assert.Equal(["tracked/b.py"], listed);
        Assert.Equal($"{pipe} is a pipe, so no ignore rules were read from it.", Assert.Single(told));

        async Task<string[]> ListAsync()
        {
            await MakePipeAsync(captured, pipe);
            return await rules.Git.ReadListAsync(Ct, "ls-files", "-z", "--others", "--exclude-standard");
        }
    }

    // One file is on disk with other line ends than git has it, so that git is asked whether it is changed.
    private static CapturedRepository Committed()
    {
        // As long as these tests may take at all: none of them waits for it.
        var limits = new CaptureLimits { GitTimeout = TimeSpan.FromSeconds(20) };
        var repository = new CapturedRepository(new CaptureSetup { Limits = limits });
        repository.Git("config", "core.autocrlf", "true");
        repository.Write("tracked/a.py", "one\r\n");
        repository.Commit("base");
        return repository;
    }

    private static async Task MakePipeAsync(CapturedRepository repository, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(repository.PathOf(path))!);
        File.Delete(repository.PathOf(path));
        using var made = System.Diagnostics.Process.Start("mkfifo", [repository.PathOf(path)]);
        await made.WaitForExitAsync(Ct);
    }

    private static IEnumerable<FileEdit> Edits(List<TraceEvent> events) =>
        events.Select(one => one.Payload).OfType<FileEdit>();
}
