using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Cli.Demo;
using Datacurve.Core.Events;
using Datacurve.Tests.Cli.Spool;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>The real tool on a recording, held by this process or by nobody.</summary>
public sealed class RecordingCommandTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_note_is_kept_and_linked_to_the_last_command_or_what_it_is_about(bool isHeld)
    {
        using var spool = new SpoolUnderTest();
        var recording = spool.Create();
        var first = await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        var last = await recording.AddAsync(SpoolUnderTest.Command("make test"), Ct);
        await recording.FlushAsync(Ct);
        if (!isHeld)
            await recording.DisposeAsync();

        var linked = await RunAsync(spool, recording.Id, ["note", "hypothesis", "the cursor", "goes back"]);
        var about = await RunAsync(spool, recording.Id, ["note", "plan", "x", "--about", "1", "--json"]);
        var piped = await RunAsync(spool, recording.Id, ["note", "decision"], "from\na pipe\n");
        await recording.DisposeAsync();

        Assert.Equal((0, "Noted as event 3.\n", ""), (linked.ExitCode, linked.StdoutText, linked.StderrText));
        Assert.Equal(4, JsonNode.Parse(about.StdoutText)!["seq"]!.GetValue<int>());
        Assert.Equal(0, piped.ExitCode);
        var thoughts = SpoolUnderTest.Read(recording.Files).Select(e => e.Payload).OfType<Thought>().ToList();
        Assert.Equal(
            ["the cursor goes back", "x", "from\na pipe"],
            thoughts.Select(thought =>
                Encoding.UTF8.GetString(recording.Files.Blobs.Read(thought.ContentBlobId)!)
            )
        );
        Assert.Equal([last.EventId.ToString()!], thoughts[0].LinksTo);
        Assert.Equal([first.EventId.ToString()!], thoughts[1].LinksTo);
    }

    [Fact]
    public async Task A_note_can_be_written_in_the_editor()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var note = DatacurveTool.StartOf("note", "plan", "--recording", recording.Id);
        foreach (var (name, value) in spool.Environment)
            note.Environment[name] = value;
        note.Environment["VISUAL"] = "";
        note.Environment["EDITOR"] = "printf '%s' 'in the editor' >";
        // A terminal is what makes the tool open an editor.
        var inTerminal = new ProcessStartInfo("script", ["-qec", Quoted(note), "/dev/null"]);
        foreach (var (name, value) in note.Environment)
            inTerminal.Environment[name] = value;

        var result = await ChildProcess.RunAsync(inTerminal, Ct);

        Assert.Contains("Noted as event 1.", result.StdoutText, StringComparison.Ordinal);
        Assert.Equal("in the editor", TextOfBlob(recording));
        Assert.Empty(Directory.GetFiles(recording.Folder, "note-*"));
    }

    [Fact]
    public async Task Pause_and_resume_reach_the_process_that_records()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();

        var paused = await RunAsync(spool, recording.Id, ["pause"]);
        var wasPaused = recording.IsPaused;
        var resumed = await RunAsync(spool, recording.Id, ["resume"]);

        Assert.Equal((0, 0, true, false), (paused.ExitCode, resumed.ExitCode, wasPaused, recording.IsPaused));
    }

    [Fact]
    public async Task Status_says_how_it_stands_in_words_and_as_json()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        await recording.FlushAsync(Ct);

        var words = await RunAsync(spool, recording.Id, ["status"]);
        var json = JsonNode.Parse((await RunAsync(spool, recording.Id, ["status", "--json"])).StdoutText)!;
        var all = await RunAsync(spool, null, ["status", "--all"]);

        Assert.Contains(
            $"recording {recording.Id}, recording, held by process {Environment.ProcessId}",
            words.StdoutText,
            StringComparison.Ordinal
        );
        Assert.Equal("recording", json["state"]!.GetValue<string>());
        Assert.Equal(1, json["events_by_type"]!["terminal_command"]!.GetValue<int>());
        Assert.Equal(0, json["events_sent"]!.GetValue<int>());
        Assert.StartsWith($"{recording.Id}  recording", all.StdoutText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_no_recording_it_says_how_to_start_one()
    {
        using var spool = new SpoolUnderTest();

        var status = await RunAsync(spool, null, ["status"]);
        var unknown = await RunAsync(spool, "20200101", ["status"]);

        Assert.Equal((2, 2), (status.ExitCode, unknown.ExitCode));
        Assert.Contains("`datacurve record` starts one", status.StderrText, StringComparison.Ordinal);
        Assert.Contains("There is no recording 20200101", unknown.StderrText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drop_takes_a_range_out_of_a_recording_that_goes_on()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        for (var i = 0; i < 5; i++)
            await recording.AddAsync(SpoolUnderTest.Command($"echo {i}"), Ct);

        var dropped = await RunAsync(spool, recording.Id, ["drop", "2..3"]);
        var nothing = await RunAsync(spool, recording.Id, ["drop", "99"]);
        var both = await RunAsync(spool, recording.Id, ["drop", "1", "--file", "a"]);

        Assert.StartsWith("Dropped 2 events (2, 3)", dropped.StdoutText, StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 5], SpoolUnderTest.Read(recording.Files).Select(e => e.Seq));
        Assert.Equal((0, 1, 2), (dropped.ExitCode, nothing.ExitCode, both.ExitCode));
        Assert.Contains("There is no event 99 to drop", nothing.StderrText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_never_be_sent_is_not_taken_after_the_end()
    {
        using var spool = new SpoolUnderTest();
        await using (var recording = spool.Create())
            await recording.AddAsync(SpoolUnderTest.Command("echo"), Ct);
        var files = spool.Store.List().Single().Files;
        files.WriteShipment(files.ReadShipment() with { IsFinalized = true });

        var note = await RunAsync(
            spool,
            spool.Store.List().Single().Manifest.RecordingId,
            ["note", "plan", "more"]
        );

        Assert.Equal(1, note.ExitCode);
        Assert.Contains("is finalized and takes nothing more", note.StderrText, StringComparison.Ordinal);
        Assert.Equal([1], SpoolUnderTest.Read(files).Select(e => e.Seq));
    }

    [Fact]
    public async Task An_editor_pipes_events_in_and_gets_an_answer_for_each_line()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        string[] lines =
        [
            """{"type":"navigation","payload":{"file_path":"a.py","line":3,"future":[1e400]}}""",
            """{"type":"thought","payload":{"kind":"plan"},"blobs":{"content_blob_id":"do it"}}""",
            """{"type":"navigation","payload":{}}""",
            "no json",
            """{"type":"navigation","seq":9,"payload":{"file_path":"a.py"}}""",
            "[]",
            "",
        ];

        var piped = await RunAsync(spool, recording.Id, ["pipe"], string.Join("\r\n", lines));

        var answers = piped.StdoutText.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(
            [true, true, false, false, false, false],
            answers.Select(answer => answer["ok"]!.GetValue<bool>())
        );
        Assert.Contains(
            "payload.file_path",
            answers[2]["error"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        Assert.Equal(1, piped.ExitCode);
        var events = SpoolUnderTest.Read(recording.Files);
        Assert.Equal([ActorKind.Ide, ActorKind.Ide], events.Select(e => e.Actor.Kind));
        Assert.Equal("do it", TextOfBlob(recording));
        var segment = await File.ReadAllTextAsync(Directory.GetFiles(recording.Files.Segments).Single(), Ct);
        Assert.Contains("\"future\":[1e400]", segment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_sends_all_once_and_a_service_that_is_away_costs_nothing()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var spool = new SpoolUnderTest();
        await using (var recording = spool.Create())
            for (var i = 0; i < 150; i++)
                await recording.AddAsync(SpoolUnderTest.Command($"echo {i}"), Ct);
        var id = spool.Store.List().Single().Manifest.RecordingId;

        var away = await RunAsync(spool, id, ["push", "--url", "http://127.0.0.1:9", "--patience", "0"]);
        var sent = await RunAsync(spool, id, ["push", "--url", service.Url.ToString(), "--json"]);
        var again = await RunAsync(spool, id, ["push", "--url", service.Url.ToString()]);

        Assert.Equal((2, 0, 0), (away.ExitCode, sent.ExitCode, again.ExitCode));
        Assert.Contains("No Datacurve service answers", away.StderrText, StringComparison.Ordinal);
        Assert.Equal(150, JsonNode.Parse(sent.StdoutText)!["events"]!.GetValue<int>());
        Assert.Contains("0 events, 0 blobs", again.StdoutText, StringComparison.Ordinal);
        Assert.Equal(150, service.Events.Count);
    }

    [Fact]
    public async Task A_login_keeps_the_key_for_its_service_alone_and_unreadable_for_others()
    {
        await using var service = await ServiceDouble.StartAsync();
        await using var other = await ServiceDouble.StartAsync();
        using var spool = new SpoolUnderTest();
        await using (spool.Create()) { }
        var id = spool.Store.List().Single().Manifest.RecordingId;
        var key = "key-" + Guid.NewGuid().ToString("N");

        var login = await RunAsync(spool, null, ["login", "--url", service.Url.ToString()], key + "\n");
        await RunAsync(spool, id, ["push"]);
        await RunAsync(spool, null, ["list", "--url", other.Url.ToString()]);

        Assert.Equal(0, login.ExitCode);
        Assert.DoesNotContain(key, login.StdoutText, StringComparison.Ordinal);
        Assert.Equal($"Bearer {key}", service.Authorization);
        Assert.True(string.IsNullOrEmpty(other.Authorization));
        var config = new FileInfo(
            Path.Combine(spool.Environment["XDG_CONFIG_HOME"], "datacurve/config.json")
        );
        Assert.Equal("600", Convert.ToString((int)config.UnixFileMode, 8));
    }

    [Fact]
    public async Task A_review_prints_everything_inert()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("printf '\e[2J\u202e'"), Ct);
        await SpoolUnderTest.ThinkAsync(recording, "a\e]0;title\a thought");
        await recording.FlushAsync(Ct);

        var plain = await RunAsync(spool, recording.Id, ["review", "--full"]);
        var json = await RunAsync(spool, recording.Id, ["review", "--json"]);

        Assert.DoesNotContain(plain.StdoutText, character => char.IsControl(character) && character != '\n');
        Assert.Contains("a thought", plain.StdoutText, StringComparison.Ordinal);
        var events = JsonNode.Parse(json.StdoutText)!["events"]!.AsArray();
        Assert.Equal([1, 2], events.Select(e => e!["seq"]!.GetValue<int>()));
        Assert.False(events[0]!["is_sent"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completions_are_a_script_that_the_shell_takes(string shell)
    {
        using var folder = new TempFolder();
        var script = await DatacurveTool.RunAsync("completions", shell);
        var path = folder.Combine("completions");
        await File.WriteAllTextAsync(path, script.StdoutText, Ct);

        var check = await ChildProcess.RunAsync(new ProcessStartInfo(shell, ["-n", path]), Ct);

        Assert.Equal((0, ""), (check.ExitCode, check.StderrText));
        foreach (var word in new[] { "review", "note", "hypothesis", "about" })
            Assert.Contains(word, script.StdoutText, StringComparison.Ordinal);
    }

    private static string TextOfBlob(Datacurve.Cli.Spool.Recording recording) =>
        Encoding.UTF8.GetString(recording.Files.Blobs.Read(recording.Files.Blobs.All().Single())!);

    private static string Quoted(ProcessStartInfo start) =>
        string.Join(' ', [start.FileName, .. start.ArgumentList.Select(argument => $"'{argument}'")]);

    private static Task<CommandResult> RunAsync(
        SpoolUnderTest spool,
        string? recordingId,
        string[] arguments,
        string? input = null
    ) =>
        DatacurveTool.RunAsync(
            spool.Environment,
            input,
            recordingId is null ? arguments : [.. arguments, "--recording", recordingId]
        );
}
