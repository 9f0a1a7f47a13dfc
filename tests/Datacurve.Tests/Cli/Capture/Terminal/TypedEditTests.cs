using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>Whose work an edit is that a developer saves in an editor on the recorded terminal.</summary>
public sealed class TypedEditTests
{
    private const string Vim = "vim -N -u NONE -i NONE -n";

    [Fact]
    public async Task What_was_typed_in_vim_is_a_humans()
    {
        await using var recorded = await OpenAsync("notes.txt");
        await InsertAsync(recorded, "total=left+right");

        Assert.Equal(EditProvenance.Human, await SavedAsync(recorded, "total=left+right\none\ntwo\n"));
    }

    [Fact]
    public async Task What_is_typed_into_a_new_file_and_what_is_taken_out_of_it_is_a_humans()
    {
        await using var recorded = await OpenAsync("sums.py");
        await InsertAsync(recorded, "left=1");
        recorded.Terminal.Type("yyp:w\r");
        await recorded.Terminal.WaitForAsync("written");
        await UntilAsync(recorded, 1);
        recorded.Terminal.Type("dd");

        var last = await SavedAsync(recorded, "left=1\n\n");

        // The line that was put again was not typed again.
        Assert.Equal(
            [EditProvenance.Unknown, EditProvenance.Human],
            Edits(recorded).Select(edit => edit.Provenance)
        );
        Assert.Equal(EditProvenance.Human, last);
    }

    // What is pasted could have been typed: the same letters were, and were taken back.
    [Theory]
    [InlineData("\e[200~abc_abc_abc\e[201~")]
    [InlineData("abc_abc_abc")]
    public async Task What_was_pasted_into_vim_is_not_known_to_be_a_humans(string paste)
    {
        await using var recorded = await OpenAsync("notes.txt");
        await InsertAsync(recorded, "abcabcabc");
        recorded.Terminal.Type("cc");
        await recorded.Terminal.WaitForAsync("INSERT");
        recorded.Terminal.Type(paste);
        await recorded.Terminal.WaitForAsync("abc_abc_abc");

        Assert.Equal(EditProvenance.Unknown, await SavedAsync(recorded, "abc_abc_abc\none\ntwo\n"));
    }

    [Fact]
    public async Task What_vim_reads_in_is_not_known_to_be_a_humans()
    {
        await using var recorded = await OpenAsync("notes.txt");
        recorded.Terminal.Type(":r!seq 3");
        recorded.Terminal.Type("\r");
        await recorded.Terminal.WaitForAsync("3");

        Assert.Equal(EditProvenance.Unknown, await SavedAsync(recorded, "one\n1\n2\n3\ntwo\n"));
    }

    [Fact]
    public async Task What_a_command_writes_is_not_known_to_be_a_humans_however_much_was_typed()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        // Keys that come before the shell gives the terminal away are not shown again.
        recorded.Terminal.Type("printf 'be%s' gun; cat >notes.txt\r");
        await recorded.Terminal.WaitForAsync("begun");
        foreach (var key in "typed")
        {
            recorded.Terminal.Type(key.ToString());
            await recorded.Terminal.WaitForAsync(key.ToString());
        }
        recorded.Terminal.Type("\r\x04");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.ExitAsync();

        Assert.All(Edits(recorded), edit => Assert.Equal(EditProvenance.Unknown, edit.Provenance));
    }

    private static async Task<RecordedShell> OpenAsync(string file)
    {
        var recorded = await RecordedShell.StartAsync("bash");
        recorded.Terminal.Type($"{Vim} {file}\r");
        await recorded.Terminal.WaitForAsync($"\"{file}\"");
        return recorded;
    }

    // One key after the other, as fingers do it, each when the one before it has been taken.
    private static async Task InsertAsync(RecordedShell recorded, string text)
    {
        recorded.Terminal.Type("O");
        await recorded.Terminal.WaitForAsync("INSERT");
        foreach (var key in text)
        {
            recorded.Terminal.Type(key.ToString());
            await recorded.Terminal.WaitForAsync(key.ToString());
        }
        recorded.Terminal.Type("\e");
    }

    private static async Task<EditProvenance?> SavedAsync(RecordedShell recorded, string content)
    {
        recorded.Terminal.Type("\e:wq\r");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.ExitAsync();
        var file = Path.Combine(recorded.Repository, Edits(recorded)[^1].FilePath);
        Assert.Equal(content, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        return Edits(recorded)[^1].Provenance;
    }

    private static List<FileEdit> Edits(RecordedShell recorded) =>
        [.. recorded.Events().Select(one => one.Payload).OfType<FileEdit>()];

    private static async Task UntilAsync(RecordedShell recorded, int edits)
    {
        while (Edits(recorded).Count < edits)
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }
}
