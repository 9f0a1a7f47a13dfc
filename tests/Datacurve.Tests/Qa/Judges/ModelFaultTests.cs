using System.Text.Json.Nodes;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Judges;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

/// <summary>Servers and models at their worst.</summary>
public sealed class ModelFaultTests : IDisposable
{
    private readonly JudgedByModel judged = new();

    public void Dispose() => judged.Dispose();

    [Theory]
    [InlineData("malformed")]
    [InlineData("truncated")]
    [InlineData("refused")]
    [InlineData("filtered")]
    [InlineData("empty")]
    [InlineData("score of 7")]
    [InlineData("negative confidence")]
    [InlineData("score as text")]
    [InlineData("dimension missing")]
    [InlineData("unknown flag")]
    [InlineData("other API")]
    [InlineData("web page")]
    public async Task An_unusable_answer_is_asked_again_and_kept(string kind)
    {
        await using var server = await ModelServer.StartAsync(Bad(kind), JudgedByModel.OpenAi(2));

        var verdict = await judged.JudgeAsync(server, await BugHunt.GoodAsync(judged.Blobs));

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(2.0, verdict.Overall);
        Assert.Equal(kind is "refused" or "empty" ? 1 : 2, verdict.AnswerBlobIds.Count);
        Assert.Empty(judged.Time.Waits);
    }

    [Theory]
    [InlineData("malformed", "it is not one JSON object")]
    [InlineData("score of 7", "clarity.score is not from 0 to 5")]
    [InlineData("dimension missing", "clarity is missing")]
    [InlineData("refused", "the model refused")]
    [InlineData("truncated", "it was cut off at the longest length")]
    [InlineData("web page", "the server's answer is not of its API")]
    public async Task A_model_that_never_answers_usably_is_a_judge_error(string kind, string reason)
    {
        await using var server = await ModelServer.StartAsync(Bad(kind));
        var hunt = await BugHunt.GoodAsync(judged.Blobs);

        var error = await Assert.ThrowsAsync<InfrastructureException>(() => judged.JudgeAsync(server, hunt));

        Assert.Equal(3, server.Requests.Count);
        Assert.StartsWith(
            $"the judge m-1 gave no usable answer: {reason}",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_model_is_told_what_was_wrong_with_its_answer()
    {
        await using var server = await ModelServer.StartAsync(Bad("score of 7"), JudgedByModel.OpenAi(2));

        await judged.JudgeAsync(server, await BugHunt.GoodAsync(judged.Blobs));

        var texts = server.Requests.Last().Texts;
        Assert.Equal(3, texts.Count);
        Assert.Contains("clarity.score is not from 0 to 5", texts[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_overall_score_of_the_model_is_never_taken()
    {
        var answer = ModelServer.Verdict(1);
        answer["overall"] = 5.0;
        answer["scores"]!["overall"] = 5.0;
        await using var server = await ModelServer.StartAsync(ModelServer.OpenAi(answer.ToJsonString()));

        Assert.Equal(1.0, (await judged.JudgeAsync(server, await BugHunt.GoodAsync(judged.Blobs))).Overall);
    }

    [Theory]
    [InlineData("openai", 429, 7, 7)]
    [InlineData("openai", 503, 3600, 60)]
    [InlineData("openai", 500, null, 1)]
    [InlineData("anthropic", 429, 7, 7)]
    [InlineData("anthropic", 529, null, 1)]
    public async Task A_busy_server_is_asked_again_after_the_time_it_names_within_bounds(
        string provider,
        int status,
        int? retryAfter,
        int waited
    )
    {
        await using var server = await ModelServer.StartAsync(
            ModelServer.Busy(status, retryAfter),
            JudgedByModel.Says(provider, JudgedByModel.Answer(4))
        );

        var verdict = await judged.JudgeAsync(
            server,
            await BugHunt.GoodAsync(judged.Blobs),
            provider: provider
        );

        Assert.Equal(4.0, verdict.Overall);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal([TimeSpan.FromSeconds(waited)], judged.Time.Waits);
    }

    [Fact]
    public async Task A_server_that_stays_busy_is_an_infrastructure_error_after_the_tries()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Busy(500));
        var hunt = await BugHunt.GoodAsync(judged.Blobs);

        var error = await Assert.ThrowsAsync<InfrastructureException>(() => judged.JudgeAsync(server, hunt));

        Assert.Equal(3, server.Requests.Count);
        Assert.Contains("the model's server answered 500", error.Message, StringComparison.Ordinal);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], judged.Time.Waits);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task A_wrong_key_is_not_tried_again_and_not_told(string provider)
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Busy(401));
        var hunt = await BugHunt.GoodAsync(judged.Blobs);

        var error = await Assert.ThrowsAsync<InfrastructureException>(() =>
            judged.JudgeAsync(server, hunt, provider: provider)
        );

        Assert.Single(server.Requests);
        Assert.Contains("the model's server answered 401", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(JudgedByModel.Key, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await ModelServer.StartAsync(JudgedByModel.OpenAi(5));
        await using var server = await ModelServer.StartAsync(
            Results.Redirect(elsewhere.Address.ToString(), permanent: false, preserveMethod: true)
        );
        var hunt = await BugHunt.GoodAsync(judged.Blobs);

        var error = await Assert.ThrowsAsync<InfrastructureException>(() => judged.JudgeAsync(server, hunt));

        Assert.Contains("the model's server answered 307", error.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_infrastructure_error()
    {
        var server = await ModelServer.StartAsync(JudgedByModel.OpenAi(3));
        var address = server.Address;
        await server.DisposeAsync();
        var hunt = await BugHunt.GoodAsync(judged.Blobs);

        var error = await Assert.ThrowsAsync<InfrastructureException>(() =>
            judged.JudgeAsync(address, hunt, JudgedByModel.Options())
        );

        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, judged.Time.Waits.Count);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task An_answer_that_drips_forever_times_out_and_is_asked_again(string provider)
    {
        await using var server = await ModelServer.StartAsync(
            async request =>
            {
                await Task.Delay(Timeout.Infinite, request.Aborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
                return Results.Empty;
            },
            _ => Task.FromResult(JudgedByModel.Says(provider, JudgedByModel.Answer(4)))
        );
        var hunt = await BugHunt.GoodAsync(judged.Blobs);

        var options = JudgedByModel.Options(provider) with { TimeoutSeconds = 1 };
        var verdict = await judged.JudgeAsync(server.Address, hunt, options, TimeProvider.System);

        Assert.Equal(4.0, verdict.Overall);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Cancelling_ends_the_call()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken
        );
        await using var server = await ModelServer.StartAsync(async request =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, request.Aborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return Results.Empty;
        });
        var hunt = await BugHunt.GoodAsync(judged.Blobs);

        var judge = judged.Judge(
            JudgedByModel.Options() with
            {
                OpenAiBaseUrl = server.Address,
            },
            judged.Time
        );

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            judge.JudgeAsync(hunt.Subject, cancel.Token)
        );
        Assert.Single(server.Requests);
    }

    private static IResult Bad(string kind)
    {
        var answer = ModelServer.Verdict(3);
        var clarity = (JsonObject)answer["scores"]!["clarity"]!;
        switch (kind)
        {
            case "score of 7":
                clarity["score"] = 7;
                break;
            case "negative confidence":
                clarity["confidence"] = -0.1;
                break;
            case "score as text":
                clarity["score"] = "5";
                break;
            case "dimension missing":
                ((JsonObject)answer["scores"]!).Remove("clarity");
                break;
            case "unknown flag":
                answer["flags"] = new JsonArray("marvellous");
                break;
        }

        return kind switch
        {
            "malformed" => ModelServer.OpenAi("Sure! " + answer.ToJsonString()[..^3]),
            "truncated" => ModelServer.OpenAi(answer.ToJsonString(), finish: "length"),
            "refused" => ModelServer.OpenAi(null, refusal: "I cannot judge people."),
            "filtered" => ModelServer.OpenAi("no", finish: "content_filter"),
            "empty" => ModelServer.OpenAi(""),
            "other API" => Results.Json(new JsonObject { ["answer"] = 42 }),
            "web page" => Results.Content("<html>It works!</html>", "text/html"),
            _ => ModelServer.OpenAi(answer.ToJsonString()),
        };
    }
}
