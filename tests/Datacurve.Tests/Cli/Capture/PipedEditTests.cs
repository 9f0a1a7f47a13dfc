using System.Text;
using System.Text.Json;
using Datacurve.Cli.Spool;
using Datacurve.Cli.Spool.Control;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Tests.Redaction;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>What an editor pipes beside what the recorder sees itself.</summary>
public sealed class PipedEditTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edit_that_an_editor_tells_of_is_the_recorders_own(bool isToldFirst)
    {
        await using var repository = new CapturedRepository();
        repository.Write("a.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();

        var told = isToldFirst ? PipeAsync(repository, Edit("one\ntwo\n")) : null;
        repository.Write("a.py", "one\ntwo\n");
        var events = await repository.WaitForAsync(all => all.Count == 1);
        var answer = await (told ?? PipeAsync(repository, Edit("one\ntwo\n")));
        await repository.StopAsync();

        Assert.Equal((true, 1L), (answer.Ok, answer.Seq!.Value));
        var edit = Assert.IsType<FileEdit>(Assert.Single(await repository.EventsAsync()).Payload);
        Assert.Equal((EditProvenance.Ai, "why"), (edit.Provenance, edit.ReasonRef));
        Assert.Equal([2, 0], edit.Selection!.Start);
        Assert.Equal(EditOrigin.Save, edit.Origin);
        var proof = await repository.CheckAsync();
        Assert.True(proof.IsFaithful, CapturedRepository.Describe(proof));
        Assert.Equal(answer.EventId, events[0].EventId);
    }

    [Fact]
    public async Task What_may_have_been_sent_stays_as_it_was_sent()
    {
        await using var repository = new CapturedRepository();
        repository.Write("a.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("a.py", "one\ntwo\n");
        await repository.WaitForAsync(all => all.Count == 1);
        repository.Recording.Files.WriteShipment(new Shipment { SeqTried = 1 });

        var answer = await PipeAsync(repository, Edit("one\ntwo\n"));

        Assert.Equal((true, 1L), (answer.Ok, answer.Seq!.Value));
        var edit = Assert.IsType<FileEdit>(Assert.Single(await repository.EventsAsync()).Payload);
        Assert.Equal((EditProvenance.Unknown, null), (edit.Provenance, edit.ReasonRef));
    }

    [Fact]
    public async Task What_is_told_late_changes_its_edit_alone_and_keeps_no_secret()
    {
        var secret = "ghp_" + new Planted(seed: 3).Alphanumeric(36);
        await using var repository = new CapturedRepository();
        repository.Write("a.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("b.py", "other\n");
        await repository.WaitForAsync(all => all.Count == 1);
        repository.Write("a.py", "one\ntwo\n");
        await repository.WaitForAsync(all => all.Count == 2);
        repository.Write("b.py", "more\n");
        var before = await repository.WaitForAsync(all => all.Count == 3);

        var answer = await PipeAsync(repository, Edit("one\ntwo\n", reason: secret));

        Assert.True(answer.Ok, answer.Error);
        var after = await repository.StopAsync();
        Assert.Equal(before.Select(one => one.EventId), after.Select(one => one.EventId));
        Assert.Equal(
            [EditProvenance.Unknown, EditProvenance.Ai, EditProvenance.Unknown],
            after.Select(one => ((FileEdit)one.Payload).Provenance)
        );
        Assert.StartsWith("REDACTED_", ((FileEdit)after[1].Payload).ReasonRef, StringComparison.Ordinal);
        var proof = await repository.CheckAsync();
        Assert.True(proof.IsFaithful, CapturedRepository.Describe(proof));
    }

    [Fact]
    public async Task An_edit_that_was_not_saved_is_refused_while_the_recorder_watches()
    {
        await using var repository = new CapturedRepository();
        repository.Commit("base");
        await repository.StartAsync();

        var answer = await PipeAsync(repository, Edit("never\n"));

        Assert.False(answer.Ok);
        Assert.Contains("was not saved with that content", answer.Error, StringComparison.Ordinal);
        Assert.Empty(await repository.StopAsync());
    }

    [Fact]
    public async Task A_known_event_and_a_blob_that_is_not_there_are_refused()
    {
        await using var repository = new CapturedRepository();
        repository.Commit("base");
        await repository.StartAsync();
        var id = Guid.NewGuid();
        var navigation = $$"""{"type":"navigation","event_id":"{{id}}","payload":{"file_path":"a.py"} }""";
        var blobId = BlobId.Of("nowhere"u8);
        var thought = $$"""{"type":"thought","payload":{"kind":"plan","content_blob_id":"{{blobId}}"} }""";

        var first = await PipeAsync(repository, navigation);
        var again = await PipeAsync(repository, navigation);
        var empty = await PipeAsync(repository, thought);

        Assert.Equal((true, id), (first.Ok, first.EventId!.Value));
        Assert.Equal((false, false), (again.Ok, empty.Ok));
        Assert.Contains("in this recording already", again.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"{blobId}, which content_blob_id names, is not",
            empty.Error,
            StringComparison.Ordinal
        );
        Assert.Single(await repository.StopAsync());
    }

    private static string Edit(string after, string reason = "why") =>
        $$"""
            {"type":"file_edit","payload":{"file_path":"a.py","edit_kind":"patch","provenance":"ai",
            "reason_ref":"{{reason}}","selection":{"start":[2,0],"end":[2,3]},
            "post_hash":"{{BlobId.Of(
                Encoding.UTF8.GetBytes(after)
            ).Hash}}"},"blobs":{"patch_blob_id":"+two"} }
            """;

    private static Task<ControlAnswer> PipeAsync(CapturedRepository repository, string line) =>
        RecordingActions.RunAsync(
            repository.Recording,
            new ControlRequest { Op = ControlRequest.Event, Piped = JsonElement.Parse(line) },
            Ct
        );
}
