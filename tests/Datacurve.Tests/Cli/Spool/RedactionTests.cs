using System.Text;
using Datacurve.Cli.Reviewing;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Spool;

/// <summary>No secret touches the disk, wherever it stood.</summary>
public sealed class RedactionTests
{
    // Put together here, so that no scanner takes it for one that leaked.
    private static readonly string Secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0" + "K1l2M3n4O5p6Q7r8";
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_in_a_command_an_output_a_thought_or_a_name_is_nowhere_on_disk()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Store.Create(
            new NewRecording
            {
                RepositoryRoot = "/home/dev/freebusy",
                Trace = Titled($"token {Secret} leaks"),
            }
        );

        var command = await recording.AddAsync(SpoolUnderTest.Command($"export GITHUB_TOKEN={Secret}"), Ct);
        await SpoolUnderTest.ThinkAsync(recording, $"the token is {Secret}\nand more");
        await recording.AddAsync(
            new NewEvent(ActorKind.Human, new Navigation { FilePath = $"keys/{Secret}.txt" }),
            Ct
        );
        await recording.FlushAsync(Ct);

        var files = Directory
            .EnumerateFiles(recording.Folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is not ("lock" or "socket"))
            .ToList();
        Assert.All(
            files,
            path => Assert.DoesNotContain(Secret, File.ReadAllText(path), StringComparison.Ordinal)
        );
        Assert.DoesNotContain(Secret, ((TerminalCommand)command.Payload).Command, StringComparison.Ordinal);
        var review = Review.Of(recording.Files, recording.Manifest);
        Assert.All(review.Events, reviewed => Assert.True(reviewed.Redacted.Values.Sum() > 0, reviewed.Type));
        Assert.Equal(3, review.Events.Count);
    }

    [Fact]
    public async Task What_names_other_things_stays_and_so_does_what_was_cleansed_before()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var cleansed = recording.Cleanse(Encoding.UTF8.GetBytes($"-key = \"{Secret}\"\n+key = None\n"));
        var blobId = await recording.AddBlobAsync(cleansed, Ct);
        var edit = new FileEdit
        {
            FilePath = "config.py",
            EditKind = EditKind.Patch,
            PatchBlobId = blobId,
            PreHash = new string('a', 32) + "0123456789abcdef0123456789abcdef",
            PostHash = BlobId.Of(cleansed).ToString(),
        };
        var context = new EventContext
        {
            CorrelationId = Guid.NewGuid().ToString("N"),
            CommitHead = new string('b', 40),
        };

        var added = await recording.AddAsync(new NewEvent(ActorKind.Tool, edit) { Context = context }, Ct);

        Assert.Equal(BlobId.Of(cleansed), blobId);
        Assert.Equal((edit, context), (added.Payload, added.Context));
    }

    [Fact]
    public async Task The_same_secret_has_the_same_placeholder_until_the_recording_ends()
    {
        using var spool = new SpoolUnderTest();
        await using (var recording = spool.Create())
            await recording.AddAsync(SpoolUnderTest.Command($"echo {Secret}"), Ct);
        var (files, manifest) = spool.Store.List().Single();
        await using (var continued = spool.Store.Continue(manifest.RecordingId))
            await continued.AddAsync(SpoolUnderTest.Command($"echo {Secret}"), Ct);
        await using var other = spool.Create("/home/dev/other");
        var elsewhere = await other.AddAsync(SpoolUnderTest.Command($"echo {Secret}"), Ct);

        var commands = SpoolUnderTest.Read(files).Select(e => e.Payload.Summary).ToList();
        Assert.Equal(commands[0], commands[1]);
        Assert.NotEqual(commands[0], elsewhere.Payload.Summary);
    }

    private static Datacurve.Core.Traces.NewTrace Titled(string title)
    {
        var trace = SpoolUnderTest.NewTrace();
        var report = trace.Task.BugReport with { Title = title };
        return trace with { Task = trace.Task with { BugReport = report } };
    }
}
