using System.Net;
using Dapper;
using Datacurve.Tests.Storage;
using Npgsql;

namespace Datacurve.Tests.Api;

/// <summary>What only a store that writes at the same time, in many processes, can get wrong.</summary>
public sealed class PostgresRacesTests : IAsyncLifetime
{
    private readonly List<PostgresService> _services = [];
    private PostgresStore? _store;

    public async ValueTask InitializeAsync()
    {
        _store = await PostgresStore.CreateAsync();
        for (var i = 0; i < 2; i++)
        {
            var service = new PostgresService();
            _services.Add(service);
            await service.StartOnAsync(_store);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
            await service.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
    }

    private HttpClient Client(int i) => _services[i % _services.Count].Client;

    private static Task<Answer[]> RaceAsync(int count, Func<int, Task<Answer>> send) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => send(i))));

    [Fact]
    public async Task Retries_of_one_batch_through_two_processes_store_one_copy()
    {
        for (var round = 0; round < 10; round++)
        {
            var traceId = await Client(0).OpenTraceAsync();
            var batch = Wire.Batch(1, 30).ToJsonString();

            var answers = await RaceAsync(
                8,
                i => Client(i).SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", Wire.Json(batch))
            );

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
            Assert.Single(answers, answer => answer.Json["duplicates"]!.GetValue<int>() == 0);
            Assert.Equal(30, (await Client(1).GetTraceAsync(traceId))["events"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task Overlapping_retries_through_two_processes_keep_every_event_once()
    {
        for (var round = 0; round < 10; round++)
        {
            var traceId = await Client(0).OpenTraceAsync();
            var events = Enumerable.Range(1, 40).Select(seq => Wire.Event(seq)).ToList();

            // Each sends a longer prefix, so that all but one meet a part of theirs.
            var answers = await RaceAsync(
                8,
                i => Client(i).AppendAsync(traceId, Wire.Batch(events.Take(5 * (i + 1))))
            );

            Assert.All(answers, answer => Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text));
            Assert.Equal(
                events.Select(sent => sent.ToJsonString()),
                (await Client(1).GetTraceAsync(traceId))["events"]!.AsArray().Select(e => e!.ToJsonString())
            );
        }
    }

    [Fact]
    public async Task One_idempotency_key_through_two_processes_opens_one_trace()
    {
        for (var round = 0; round < 10; round++)
        {
            var key = Guid.NewGuid().ToString();
            var body = Wire.NewTrace().ToJsonString();

            var answers = await RaceAsync(
                8,
                i =>
                    Client(i).SendAsync(HttpMethod.Post, "/traces", Wire.Json(body), ("Idempotency-Key", key))
            );

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
            Assert.Single(answers.Select(answer => answer.Json["trace_id"]!.GetValue<string>()).Distinct());
        }
    }

    [Fact]
    public async Task A_key_whose_trace_is_erased_while_it_is_looked_up_is_told_so()
    {
        var key = Guid.NewGuid().ToString();
        Task<Answer> OpenAsync() =>
            Client(0)
                .SendAsync(
                    HttpMethod.Post,
                    "/traces",
                    Wire.Json(Wire.NewTrace().ToJsonString()),
                    ("Idempotency-Key", key)
                );
        var traceId = (await OpenAsync()).Json["trace_id"]!.GetValue<string>();
        // Between the statement that finds a key taken and the one that reads by whom.
        await using (var connection = new NpgsqlConnection(_store!.Connection))
            await connection.ExecuteAsync(
                """
                create function dawdle() returns trigger language plpgsql as $$
                begin perform pg_sleep(2); return null; end $$;
                create trigger dawdles after insert on idempotency_keys
                for each statement execute function dawdle();
                """
            );

        var again = OpenAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var erased = await Client(1).SendAsync(HttpMethod.Delete, $"/traces/{traceId}");

        Assert.Equal(HttpStatusCode.Accepted, erased.Status);
        (await again).AssertProblem(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Of_finalizes_and_of_reruns_through_two_processes_one_starts_a_QA()
    {
        var traceId = await Client(0).OpenTraceAsync();

        var finalizes = await RaceAsync(8, i => Client(i).FinalizeAsync(traceId));
        await Client(0).WaitForQaAsync(traceId);
        var reruns = await RaceAsync(8, i => Client(i).SendAsync(HttpMethod.Post, $"/traces/{traceId}/qa"));

        Assert.Single(finalizes, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(7, finalizes.Count(answer => answer.Status == HttpStatusCode.Conflict));
        Assert.Contains(reruns, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.All(reruns, answer => Assert.True((int)answer.Status is 202 or 409, answer.Text));
        await Client(0).WaitForQaAsync(traceId);
    }

    [Fact]
    public async Task A_live_stream_of_one_process_shows_what_another_appends()
    {
        var traceId = await Client(0).OpenTraceAsync();
        await using var stream = await Client(0)
            .GetStreamAsync(
                new Uri($"/traces/{traceId}/events/stream", UriKind.Relative),
                TestContext.Current.CancellationToken
            );
        using var reader = new StreamReader(stream);

        await Client(1).AppendAsync(traceId, Wire.Batch(1, 3));
        await Client(1).FinalizeAsync(traceId);

        var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("id: 3\n", text, StringComparison.Ordinal);
        Assert.Contains("event: end\n", text, StringComparison.Ordinal);
    }
}
