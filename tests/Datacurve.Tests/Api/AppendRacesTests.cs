using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

public abstract class AppendRacesTests(ServiceUnderTest service)
{
    private const int Writers = 8;
    private const int Rounds = 10;
    private readonly HttpClient _client = service.Client;

    private static Task<Answer[]> RaceAsync(Func<int, Task<Answer>> send) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => send(i))));

    private async Task<List<long>> SeqsAsync(string traceId) =>
        [
            .. (await _client.GetTraceAsync(traceId))["events"]!
                .AsArray()
                .Select(stored => stored!["seq"]!.GetValue<long>()),
        ];

    [Fact]
    public async Task Eight_identical_retries_racing_all_succeed_and_store_one_copy()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var traceId = await _client.OpenTraceAsync();
            var batch = Wire.Batch(1, 20).ToJsonString();

            var answers = await RaceAsync(_ =>
                _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", Wire.Json(batch))
            );

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
            Assert.All(answers, answer => Assert.Equal(20, answer.Json["seq_high"]!.GetValue<int>()));
            Assert.Single(answers, answer => answer.Json["duplicates"]!.GetValue<int>() == 0);
            Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), await SeqsAsync(traceId));
        }
    }

    [Fact]
    public async Task Of_eight_writers_racing_with_the_same_seqs_one_wins()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var traceId = await _client.OpenTraceAsync();

            var answers = await RaceAsync(_ => _client.AppendAsync(traceId, Wire.Batch(1, 5)));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
            Assert.All(
                answers.Where(answer => answer.Status != HttpStatusCode.Accepted),
                answer => Assert.Contains(answer.Status, Refusals)
            );
            Assert.Equal([1, 2, 3, 4, 5], await SeqsAsync(traceId));
        }
    }

    [Fact]
    public async Task An_append_racing_a_finalize_is_before_it_or_refused()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var traceId = await _client.OpenTraceAsync();

            var answers = await RaceAsync(i =>
                i == 3
                    ? _client.FinalizeAsync(traceId)
                    : _client.AppendAsync(traceId, Wire.Batch(i * 10 + 1, 1 + i))
            );

            Assert.Equal(HttpStatusCode.OK, answers[3].Status);
            var seqs = await SeqsAsync(traceId);
            for (var i = 0; i < Writers; i++)
                if (i != 3 && answers[i].Status == HttpStatusCode.Accepted)
                    Assert.Superset(Own(i), seqs.ToHashSet());
                else if (i != 3)
                    Assert.Empty(Own(i).Intersect(seqs));
        }

        static HashSet<long> Own(int i) => [.. Enumerable.Range(i * 10 + 1, 1 + i).Select(seq => (long)seq)];
    }

    [Fact]
    public async Task Of_eight_finalizes_racing_one_starts_one_job()
    {
        var traceId = await _client.OpenTraceAsync();

        var answers = await RaceAsync(_ => _client.FinalizeAsync(traceId));

        var job = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK).Json["qa_job_id"]!;
        Assert.Equal(Writers - 1, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        var runs = (await _client.GetAnswerAsync($"/traces/{traceId}/qa")).Json["qa_runs"]!.AsArray();
        Assert.Equal(job.GetValue<string>(), Assert.Single(runs)!["qa_job_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Writers_of_many_traces_lose_nothing()
    {
        var traceIds = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => _client.OpenTraceAsync()));

        await RaceAsync(async i =>
        {
            var answer = new Answer(HttpStatusCode.Accepted, null, [], null!);
            for (var first = 1; first <= 100 && answer.Status == HttpStatusCode.Accepted; first += 10)
                answer = await _client.AppendAsync(traceIds[i], Wire.Batch(first, 10));
            return answer;
        });

        foreach (var traceId in traceIds)
            Assert.Equal(100, (await SeqsAsync(traceId)).Count);
    }

    private static readonly HttpStatusCode[] Refusals = [HttpStatusCode.BadRequest, HttpStatusCode.Conflict];
}
