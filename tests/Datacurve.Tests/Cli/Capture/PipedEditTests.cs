using System.Text;
using System.Text.Json;
using Datacurve.Cli.Spool.Control;
using Datacurve.Core;
using Datacurve.Core.Events;

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
        if (isToldFirst)
            Assert.Equal(EditProvenance.Ai, edit.Provenance);
        var proof = await repository.CheckAsync();
        Assert.True(proof.IsFaithful, CapturedRepository.Describe(proof));
        Assert.Equal(answer.EventId, events[0].EventId);
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

    private static string Edit(string after) =>
        $$"""
            {"type":"file_edit","payload":{"file_path":"a.py","edit_kind":"patch","provenance":"ai",
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
