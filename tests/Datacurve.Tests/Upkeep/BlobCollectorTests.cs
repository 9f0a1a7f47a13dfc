using System.Security.Cryptography;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Datacurve.Tests.Upkeep;

public sealed class BlobCollectorTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);
    private static readonly TimeSpan Past = Grace + TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_id_that_looks_like_an_escape_is_taken_for_no_document()
    {
        await using var rig = await StoreRig.OpenAsync("sqlite", "files", TimeProvider.System);
        // One in a few thousand ids has these two bytes side by side.
        await rig.AddTraceAsync(id: new Guid("01a20ac5-4d4b-7aa1-b4ec-5c750031fdc0"));

        var collected = await rig.Collector(TimeSpan.Zero).RunAsync(dryRun: false, progress: null, Ct);

        Assert.Equal(0, collected.Named);
        Assert.Empty(await rig.FsckAsync());
    }

    [Fact]
    public async Task An_id_of_a_client_with_a_backslash_is_taken_for_no_document()
    {
        await using var rig = await StoreRig.OpenAsync("sqlite", "files", TimeProvider.System);
        var kept = await rig.PutAsync("kept"u8.ToArray());
        var traceId = await rig.AddTraceAsync();
        await rig.ExecuteAsync(
            "update traces set developer_id = @developer, repo_id = @repo where trace_id = @id",
            new
            {
                developer = @"CORP\ursula",
                repo = $@"C:\users\{kept}",
                id = traceId.Stored(),
            }
        );

        var collected = await rig.Collector(TimeSpan.Zero).RunAsync(dryRun: false, progress: null, Ct);

        Assert.Equal((1, 0), (collected.Named, collected.Marked));
        Assert.Empty(await rig.FsckAsync());
    }

    [Theory]
    [MemberData(nameof(StoreRig.Kinds), MemberType = typeof(StoreRig))]
    public async Task A_blob_that_nothing_names_is_marked_and_goes_after_the_grace_period(
        string engine,
        string medium
    )
    {
        await using var rig = await StoreRig.OpenAsync(engine, medium, _time);
        var content = RandomNumberGenerator.GetBytes(5000);
        var blobId = await rig.PutAsync(content);
        var collector = rig.Collector(Grace);

        var young = await collector.RunAsync(dryRun: false, progress: null, Ct);
        _time.Advance(Past);
        var tried = await collector.RunAsync(dryRun: true, progress: null, Ct);
        var marking = await collector.RunAsync(dryRun: false, progress: null, Ct);
        var again = await collector.RunAsync(dryRun: false, progress: null, Ct);

        Assert.Equal((0, 0), (young.Marked, young.Removed));
        Assert.Equal((1, 0), (tried.Marked, tried.Removed));
        Assert.Equal((1, 0), (marking.Marked, marking.Removed));
        Assert.Equal((0, 0), (again.Marked, again.Removed));
        Assert.True((await rig.Store.FindAsync(blobId, Ct))!.IsUnused);
        Assert.Equal(content, await rig.ReadAsync(blobId));

        _time.Advance(Past);
        tried = await collector.RunAsync(dryRun: true, progress: null, Ct);
        Assert.Equal(content, await rig.ReadAsync(blobId));
        var removing = await collector.RunAsync(dryRun: false, progress: null, Ct);

        Assert.Equal((1, 5000L), (tried.Removed, tried.RemovedBytes));
        Assert.Equal((1, 5000L), (removing.Removed, removing.RemovedBytes));
        Assert.Null(await rig.ReadAsync(blobId));
        Assert.Null(await rig.Store.Rows.FindAsync(blobId));
        Assert.Empty(await rig.Store.ListAsync(Ct).ToListAsync(Ct));
        Assert.Empty(await rig.FsckAsync());
    }

    [Theory]
    [MemberData(nameof(StoreRig.Kinds), MemberType = typeof(StoreRig))]
    public async Task A_mark_goes_with_an_upload_or_a_name(string engine, string medium)
    {
        await using var rig = await StoreRig.OpenAsync(engine, medium, _time);
        var (sent, named) = ("sent again"u8.ToArray(), "named later"u8.ToArray());
        await rig.PutAsync(sent);
        await rig.PutAsync(named);
        var collector = rig.Collector(Grace);
        _time.Advance(Past);
        Assert.Equal(2, (await collector.RunAsync(dryRun: false, progress: null, Ct)).Marked);

        await rig.PutAsync(sent);
        await rig.AddTraceAsync($$"""{"snapshot": "{{BlobId.Of(named)}}"}""");
        _time.Advance(Past);
        var collected = await collector.RunAsync(dryRun: false, progress: null, Ct);

        Assert.Equal(
            (1, 1, 1, 0),
            (collected.Named, collected.Unmarked, collected.Marked, collected.Removed)
        );
        Assert.False((await rig.Store.FindAsync(BlobId.Of(named), Ct))!.IsUnused);
        Assert.Equal(sent, await rig.ReadAsync(BlobId.Of(sent)));
    }

    [Theory]
    [InlineData("document")]
    [InlineData("final_state")]
    [InlineData("event")]
    [InlineData("escaped")]
    [InlineData("qa")]
    public async Task Whatever_names_a_blob_keeps_it(string place)
    {
        await using var rig = await StoreRig.OpenAsync("sqlite", "files", _time);
        var content = "kept"u8.ToArray();
        var blobId = await rig.PutAsync(content);
        var other = await rig.PutAsync("not kept"u8.ToArray());
        var naming = $$$"""{"any": {"member": "{{{blobId}}}"}}""";
        var traceId = await rig.AddTraceAsync(
            place == "document" ? naming : "{}",
            place == "final_state" ? naming : null
        );
        if (place == "event")
            await rig.AddEventAsync(traceId, naming);
        if (place == "escaped")
            await rig.AddEventAsync(
                traceId,
                naming.Replace("sha256:", "\\u0073ha256\\u003A", StringComparison.Ordinal)
            );
        if (place == "qa")
            await rig.AddQaAsync(traceId, naming);
        for (var run = 0; run < 3; run++)
        {
            _time.Advance(Past);
            await rig.Collector(Grace).RunAsync(dryRun: false, progress: null, Ct);
        }

        Assert.Equal(content, await rig.ReadAsync(blobId));
        Assert.Null(await rig.ReadAsync(other));
        Assert.Empty(await rig.FsckAsync());
    }

    /// <summary>As an older version left what it erased, where somebody mentioned its hash.</summary>
    [Theory]
    [MemberData(nameof(StoreRig.Kinds), MemberType = typeof(StoreRig))]
    public async Task What_its_namers_project_may_not_read_goes(string engine, string medium)
    {
        await using var rig = await StoreRig.OpenAsync(engine, medium, _time);
        var nobodys = await rig.PutAsync("nobody may read it"u8.ToArray(), owner: null);
        var anothers = await rig.PutAsync(
            "another project sent it"u8.ToArray(),
            new ProjectId(Guid.CreateVersion7())
        );
        var own = await rig.PutAsync("its own"u8.ToArray());
        var traceId = await rig.AddTraceAsync($"\"{nobodys}\"", $"\"{anothers}\"");
        await rig.AddEventAsync(traceId, $"[\"{nobodys}\", \"{anothers}\", \"{own}\"]");
        await rig.AddQaAsync(traceId, $"[\"{nobodys}\", \"{anothers}\", \"{own}\"]");
        for (var run = 0; run < 3; run++)
        {
            _time.Advance(Past);
            await rig.Collector(Grace).RunAsync(dryRun: false, progress: null, Ct);
        }

        Assert.Null(await rig.ReadAsync(nobodys));
        Assert.Null(await rig.ReadAsync(anothers));
        Assert.Equal("its own"u8.ToArray(), await rig.ReadAsync(own));
    }

    [Theory]
    [MemberData(nameof(StoreRig.Kinds), MemberType = typeof(StoreRig))]
    public async Task Bytes_without_a_row_go_when_they_are_old_and_nothing_names_them(
        string engine,
        string medium
    )
    {
        await using var rig = await StoreRig.OpenAsync(engine, medium, _time);
        var named = await rig.PutAsync("named"u8.ToArray());
        var unnamed = await rig.PutAsync("unnamed"u8.ToArray());
        await rig.AddTraceAsync($"\"{named}\"");
        await rig.ExecuteAsync("delete from blobs where byte_length > @none", new { none = 0 });

        var young = await rig.Collector(Grace).RunAsync(dryRun: false, progress: null, Ct);
        Assert.Empty(await rig.FsckAsync().FindingsAsync("bytes_without_row"));
        _time.Advance(Past);
        Assert.Equal(2, (await rig.FsckAsync().FindingsAsync("bytes_without_row")).Count);
        var tried = await rig.Collector(Grace).RunAsync(dryRun: true, progress: null, Ct);
        var old = await rig.Collector(Grace).RunAsync(dryRun: false, progress: null, Ct);

        Assert.Equal((0, 1, 1), (young.Orphans, tried.Orphans, old.Orphans));
        Assert.Equal(named, Assert.Single(await rig.Store.ListAsync(Ct).ToListAsync(Ct)).BlobId);
        Assert.Null(await rig.Store.Rows.FindAsync(unnamed));
        await rig.PutAsync("unnamed"u8.ToArray());
        Assert.Equal("unnamed"u8.ToArray(), await rig.ReadAsync(unnamed));
    }

    [Theory]
    [MemberData(nameof(StoreRig.Kinds), MemberType = typeof(StoreRig))]
    public async Task An_upload_waits_for_a_removal_and_goes_over_one_that_has_lost_its_process(
        string engine,
        string medium
    )
    {
        await using var rig = await StoreRig.OpenAsync(engine, medium, _time);
        var content = RandomNumberGenerator.GetBytes(9000);
        var blobId = await rig.PutAsync(content);
        var seen = (await rig.Store.Rows.FindAsync(blobId))!;
        Assert.True(await rig.Store.Rows.BeginRemovalAsync(blobId, seen, Ct));

        Assert.Null(await rig.Store.FindAsync(blobId, Ct));
        Assert.Null(await rig.Store.OpenAsync(blobId, Ct));
        Assert.Empty(await rig.FsckAsync());
        var upload = rig.Store.PutAsync(new MemoryStream(content), expected: null, Ct);
        var step = TimeSpan.FromSeconds(50);
        for (var waited = TimeSpan.Zero; waited < BlobRows.RemovalMax - step; waited += step)
        {
            Assert.False(upload.IsCompleted);
            Assert.False(await rig.Store.Rows.BeginRemovalAsync(blobId, seen, Ct));
            _time.Advance(step);
            await Task.Delay(20, Ct);
        }

        while (!upload.IsCompleted)
        {
            _time.Advance(step);
            await Task.Delay(20, Ct);
        }

        await upload;
        Assert.Equal(content, await rig.ReadAsync(blobId));
        // The process wakes up: its row is another's by now.
        await rig.Store.Rows.EndRemovalAsync(seen, Ct);
        Assert.Equal(content, await rig.ReadAsync(blobId));
    }

    [Theory]
    [MemberData(nameof(StoreRig.Kinds), MemberType = typeof(StoreRig))]
    public async Task A_removal_that_was_broken_off_is_told_and_ended(string engine, string medium)
    {
        await using var rig = await StoreRig.OpenAsync(engine, medium, _time);
        var blobId = await rig.PutAsync("removed by half"u8.ToArray());
        _time.Advance(Past);
        await rig.Collector(Grace).RunAsync(dryRun: false, progress: null, Ct);
        _time.Advance(Past);
        var seen = (await rig.Store.Rows.FindAsync(blobId))!;
        await rig.Store.Rows.BeginRemovalAsync(blobId, seen, Ct);
        _time.Advance(BlobRows.RemovalMax + TimeSpan.FromMinutes(1));

        var told = await rig.FsckAsync();
        var collected = await rig.Collector(Grace).RunAsync(dryRun: false, progress: null, Ct);

        Assert.Equal("removal_broken_off", Assert.Single(told).Kind);
        Assert.Equal(1, collected.Removed);
        Assert.Empty(await rig.FsckAsync());
        Assert.Empty(await rig.Store.ListAsync(Ct).ToListAsync(Ct));
    }
}

internal static class FindingKinds
{
    /// <summary>The findings of one kind.</summary>
    public static async Task<List<Server.Upkeep.Finding>> FindingsAsync(
        this Task<List<Server.Upkeep.Finding>> all,
        string kind
    ) => [.. (await all).Where(finding => finding.Kind == kind)];
}
