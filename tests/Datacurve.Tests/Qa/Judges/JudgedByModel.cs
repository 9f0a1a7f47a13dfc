using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Server;
using Datacurve.Server.Qa.Judges;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

/// <summary>Judges a hunt by a model behind a server, on a clock that only writes down its waits.</summary>
internal sealed class JudgedByModel : IDisposable
{
    public const string Key = "sk-canary-of-a-key";
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(97);

    private readonly SocketsHttpHandler network = JudgeChoice.Network();

    public FolderBlobs Blobs { get; } = new();
    public RecordedWaits Time { get; } = new(CallTimeout);

    public void Dispose()
    {
        Blobs.Dispose();
        network.Dispose();
    }

    public static string Answer(double score) => ModelServer.Verdict(score).ToJsonString();

    public static IResult OpenAi(double score, params string[] flags) =>
        ModelServer.OpenAi(ModelServer.Verdict(score, null, flags).ToJsonString());

    public static IResult Says(string provider, string answer) =>
        provider == "openai" ? ModelServer.OpenAi(answer) : ModelServer.Anthropic(answer);

    public static JudgeOptions Options(string provider = "openai") =>
        new()
        {
            Provider = provider,
            Model = "m-1",
            OpenAiApiKey = Key,
            AnthropicApiKey = Key,
            TimeoutSeconds = (int)CallTimeout.TotalSeconds,
        };

    public Task<JudgeResult> JudgeAsync(ModelServer server, BugHunt hunt, string provider = "openai") =>
        JudgeAsync(server.Address, hunt, Options(provider));

    public Task<JudgeResult> JudgeAsync(
        Uri address,
        BugHunt hunt,
        JudgeOptions options,
        TimeProvider? clock = null
    ) =>
        Judge(options with { OpenAiBaseUrl = address, AnthropicBaseUrl = address }, clock ?? Time)
            .JudgeAsync(hunt.Subject, TestContext.Current.CancellationToken);

    public IJudge Judge(JudgeOptions options, TimeProvider clock) =>
        JudgeChoice.Of(options, network, Blobs, EventCatalog.Contract, clock, NullLoggerFactory.Instance);

    public Task<JudgeResult> HeuristicAsync(BugHunt hunt) =>
        new HeuristicJudge(Blobs, EventCatalog.Contract).JudgeAsync(
            hunt.Subject,
            TestContext.Current.CancellationToken
        );
}
