using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Provenance;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

public sealed class EditSourcesTests
{
    private readonly CommandClock _clock = new();
    private readonly EditSources _sources;

    public EditSourcesTests() => _sources = new EditSources(_clock);

    private string Start(string line, long startMs)
    {
        var id = Guid.NewGuid();
        _clock.Start(
            new ShellCommand
            {
                EventId = id,
                CommandLine = line,
                Cwd = "/",
                StartMs = startMs,
            }
        );
        return id.ToString();
    }

    private EditSource At(long tsMs, bool git = false) =>
        _sources.Of(
            new Look(new PathHint(tsMs, tsMs, Open: false, git, Partner: null), LookReason.Heard),
            () => null
        );

    [Theory]
    [InlineData("claude", true, EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("claude", false, EditOrigin.Tool, EditProvenance.Ai)]
    [InlineData("sed -i s/a/b/ a.py", true, EditOrigin.Tool, EditProvenance.Unknown)]
    public void Beside_an_open_editor_nobody_knows_what_an_assistant_wrote(
        string line,
        bool isOpen,
        EditOrigin origin,
        EditProvenance provenance
    )
    {
        Start(line, 1000);
        var sources = new EditSources(_clock, isEditorOpen: () => isOpen);

        var source = sources.Of(
            new Look(new PathHint(2000, 2000, Open: false, Git: false, Partner: null), LookReason.Heard),
            () => null
        );

        Assert.Equal((origin, provenance), (source.Origin, source.Provenance));
    }

    [Theory]
    [InlineData("nvim")]
    [InlineData("code")]
    [InlineData(".vscode-server/bin/node")]
    public async Task An_editor_is_seen_wherever_it_runs(string program)
    {
        using var folder = new TempFolder();
        var path = folder.Combine(program);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy("/bin/sleep", path);
        using var editor = System.Diagnostics.Process.Start(path, ["60"]);
        try
        {
            Assert.True(new OpenEditors(TimeProvider.System).AreThere());
        }
        finally
        {
            editor.Kill();
            await editor.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("claude -p 'fix it'", EditOrigin.Tool, EditProvenance.Ai)]
    [InlineData("npx codex", EditOrigin.Tool, EditProvenance.Ai)]
    [InlineData("uv run aider a.py", EditOrigin.Tool, EditProvenance.Ai)]
    [InlineData("gh copilot suggest", EditOrigin.Tool, EditProvenance.Ai)]
    [InlineData("sed -i s/a/b/ a.py", EditOrigin.Tool, EditProvenance.Unknown)]
    [InlineData("cd src && black .", EditOrigin.Tool, EditProvenance.Unknown)]
    [InlineData("cargo fmt", EditOrigin.Tool, EditProvenance.Unknown)]
    [InlineData("git apply x.patch", EditOrigin.Git, EditProvenance.Unknown)]
    [InlineData("git -C src -c core.pager=cat checkout a.py", EditOrigin.Git, EditProvenance.Unknown)]
    [InlineData("git stash && make", EditOrigin.Git, EditProvenance.Unknown)]
    [InlineData("git log -p --grep apply", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("git stash show -p", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("git checkout -p", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("git commit", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("lazygit", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("git stash pop && vim a.py", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("vim a.py; claude", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("vim a.py && black a.py", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("vim a.py", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("make", EditOrigin.Save, EditProvenance.Unknown)]
    [InlineData("grep claude a.py", EditOrigin.Save, EditProvenance.Unknown)]
    public void What_runs_in_the_foreground_says_who_changes_files(
        string line,
        EditOrigin origin,
        EditProvenance provenance
    )
    {
        var id = Start(line, 1_000);
        Assert.Equal(new EditSource(origin, provenance, id), At(1_500));
        _clock.End(2_000, 0);
        Assert.Equal(new EditSource(origin, provenance, id), At(2_000));
        Assert.Equal(new EditSource(EditOrigin.Save, EditProvenance.Unknown, null), At(9_000));
        Assert.Equal(new EditSource(EditOrigin.Save, EditProvenance.Unknown, null), At(500));
    }

    [Fact]
    public void An_edit_that_is_heard_a_little_before_or_after_its_command_is_tied_to_it()
    {
        var shortOne = Start("echo three >>notes.txt", 1_000);
        _clock.End(1_002, 0);
        var next = Start("make", 1_400);

        Assert.Equal(shortOne, At(999).CorrelationId);
        Assert.Equal(shortOne, At(1_100).CorrelationId);
        Assert.Equal(next, At(1_399).CorrelationId);
        Assert.Null(At(900).CorrelationId);
    }

    [Fact]
    public void What_git_brings_back_is_nobodys_new_work()
    {
        var id = Start("claude", 1_000);
        Assert.Equal(new EditSource(EditOrigin.Git, EditProvenance.Unknown, id), At(1_500, git: true));
    }
}
