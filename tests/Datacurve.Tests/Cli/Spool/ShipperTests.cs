using System.Net;
using Datacurve.Cli.Client;
using Datacurve.Cli.Spool;
using Microsoft.Extensions.Time.Testing;

namespace Datacurve.Tests.Cli.Spool;

public sealed class ShipperTests
{
    private static readonly ShipperOptions Quick = new()
    {
        PauseMin = TimeSpan.FromMilliseconds(1),
        PauseMax = TimeSpan.FromMilliseconds(1),
        Patience = TimeSpan.Zero,
    };
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blobs_go_before_the_events_that_name_them_and_only_those_that_are_missing()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await SpoolUnderTest.ThinkAsync(recording, "held");
        await SpoolUnderTest.ThinkAsync(recording, "missing");
        await recording.FlushAsync(Ct);
        var held = recording.Files.Blobs.All().First();
        service.Blobs[held.ToString()] = recording.Files.Blobs.Read(held)!;

        var report = await ShipAsync(recording, service);
        await ShipAsync(recording, service);

        Assert.Equal((2, 1), (report.Events, report.Blobs));
        Assert.Equal(2, service.Blobs.Count);
        var requests = service
            .Requests.Select(request => request.Split('/')[0] + request.Split('/')[^1].Length)
            .ToList();
        Assert.True(requests.LastIndexOf("PUT 71") < requests.LastIndexOf("POST 6"));
        Assert.Equal(1, service.Requests.Count(request => request == "POST /traces"));
        Assert.Equal(2, service.Events.Count);
    }

    [Fact]
    public async Task A_service_that_is_away_leaves_everything_here_and_the_developers_to_drop()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        await recording.FlushAsync(Ct);
        using var nobody = new ServiceClient(new Uri("http://127.0.0.1:9"));

        await Assert.ThrowsAsync<ServiceUnreachableException>(() => Ship(recording, nobody).ShipAsync(Ct));
        var dropped = await recording.DropAsync(new EventChoice { SeqFirst = 1, SeqLast = 1 }, Ct);

        Assert.Equal([1], dropped.Seqs);
    }

    [Fact]
    public async Task The_bookmark_moves_only_on_an_acknowledgement()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        await recording.FlushAsync(Ct);
        using var client = new ServiceClient(service.Url);
        var opened = await Ship(recording, client).OpenAsync(Ct);
        var append = $"POST /traces/{opened.TraceId}/events";
        service.Answer(append, 503, "{}");

        await Assert.ThrowsAsync<ServiceRefusedException>(() => Ship(recording, client).ShipAsync(Ct));
        var afterRefusal = recording.Files.ReadShipment();
        var dropping = await Assert.ThrowsAsync<RecordingException>(() =>
            recording.DropAsync(new EventChoice { SeqFirst = 1, SeqLast = 1 }, Ct)
        );
        service.AnswerAsUsual(append);
        await Ship(recording, client).ShipAsync(Ct);

        Assert.Equal((0, 1), (afterRefusal.SeqSent, afterRefusal.SeqTried));
        Assert.Contains("Nothing was dropped", dropping.Message, StringComparison.Ordinal);
        Assert.Equal(1, recording.Files.ReadShipment().SeqSent);
        Assert.Single(service.Events);
    }

    [Fact]
    public async Task An_event_that_is_refused_for_good_is_set_aside_and_a_gap_goes_in_its_place()
    {
        using var folder = new TempFolder();
        using var server = await Simulation.ServerProcess.StartAsync(folder.Path);
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var twice = Guid.CreateVersion7();
        for (var i = 0; i < 250; i++)
            await recording.AddAsync(
                SpoolUnderTest.Command($"echo {i}") with
                {
                    EventId = i is 7 or 130 ? twice : null,
                },
                Ct
            );
        await recording.FlushAsync(Ct);
        using var client = new ServiceClient(server.Client.BaseAddress!);

        var report = await Ship(recording, client).ShipAsync(Ct);

        var events = (await client.GetTraceAsync(report.TraceId, includeEvents: true, Ct)).Events;
        Assert.Equal(Enumerable.Range(1, 250), events.Select(e => e.GetProperty("seq").GetInt32()));
        Assert.Equal(
            131,
            Assert
                .Single(events, e => e.GetProperty("type").GetString() == "recording_gap")
                .GetProperty("seq")
                .GetInt32()
        );
        Assert.StartsWith(
            "Event 131 (terminal_command)",
            Assert.Single(report.SetAside),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "echo 130",
            await File.ReadAllTextAsync(Path.Combine(recording.Files.SetAside, "event-131.json"), Ct),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_blob_that_is_damaged_here_does_not_hold_up_the_rest()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await SpoolUnderTest.ThinkAsync(recording, "damaged");
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        await recording.FlushAsync(Ct);
        File.Delete(Path.Combine(recording.Folder, "blobs", "00000001.pack"));

        var report = await ShipAsync(recording, service);

        Assert.Single(report.SetAside);
        Assert.Equal(
            ["recording_gap", "terminal_command"],
            service.Events.Select(e => e["type"]!.GetValue<string>())
        );
    }

    [Fact]
    public async Task A_recording_goes_to_one_service()
    {
        await using var first = await ServiceDouble.StartAsync();
        await using var second = await ServiceDouble.StartAsync();
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await ShipAsync(recording, first);

        await Assert.ThrowsAsync<RecordingException>(() => ShipAsync(recording, second));

        Assert.Empty(second.Requests);
    }

    [Fact]
    public async Task While_recording_live_events_arrive_without_a_push()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var spool = new SpoolUnderTest(
            new SpoolOptions { FlushInterval = TimeSpan.FromMilliseconds(10) }
        );
        await using var recording = spool.Create();
        using var client = new ServiceClient(service.Url);
        var options = Quick with { LiveInterval = TimeSpan.FromMilliseconds(10) };
        await using var live = LiveShipping.Start(recording, client, options, TimeProvider.System);

        var seq = (await recording.AddAsync(SpoolUnderTest.Command("make"), Ct)).Seq;
        while (recording.Files.ReadShipment().SeqSent < seq)
            await Task.Delay(5, Ct);

        Assert.Equal("make", Assert.Single(service.Events)["payload"]!["command"]!.GetValue<string>());
    }

    [Fact]
    public async Task Retry_after_is_read_from_the_answer_and_waited_for()
    {
        await using var service = await ServiceDouble.StartAsync();
        service.RetryAfter = "7";
        service.Answer("GET /health", 429, "{}");
        using var client = new ServiceClient(service.Url);
        var time = new FakeTimeProvider();
        var waits = new List<string>();
        var backoff = new Backoff(new ShipperOptions(), time, waits.Add);

        var asking = backoff.RunAsync(() => client.HealthAsync(Ct), Ct);
        while (waits.Count == 0)
            await Task.Delay(5, Ct);
        service.AnswerAsUsual("GET /health");
        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Single(service.Requests);
        while (!asking.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Delay(1, Ct);
        }

        Assert.Equal("ok", (await asking).Status);
        Assert.Contains("Trying again in 7.0 s.", Assert.Single(waits), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pauses_grow_with_every_failure_until_the_patience_is_over()
    {
        var time = new FakeTimeProvider();
        var pauses = new List<string>();
        var backoff = new Backoff(
            new ShipperOptions { Patience = TimeSpan.FromSeconds(60) },
            time,
            pauses.Add
        );

        var asking = backoff.RunAsync<int>(
            () => throw new ServiceRefusedException(HttpStatusCode.ServiceUnavailable, "away."),
            Ct
        );
        while (!asking.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Delay(1, Ct);
        }

        await Assert.ThrowsAsync<ServiceRefusedException>(() => asking);
        Assert.InRange(pauses.Count, 6, 9);
    }

    private static Task<ShipReport> ShipAsync(Recording recording, ServiceDouble service) =>
        ShipOnceAsync(recording, new ServiceClient(service.Url));

    private static async Task<ShipReport> ShipOnceAsync(Recording recording, ServiceClient client)
    {
        using (client)
            return await Ship(recording, client).ShipAsync(Ct);
    }

    private static Shipper Ship(Recording recording, ServiceClient client) =>
        recording.ShipperTo(client, new Backoff(Quick, TimeProvider.System, _ => { }), Quick);
}
