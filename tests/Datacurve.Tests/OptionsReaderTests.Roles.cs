using Datacurve.Server;

namespace Datacurve.Tests;

/// <summary>What a process does, for whom, and with how many workers.</summary>
public sealed partial class OptionsReaderTests
{
    [Theory]
    [InlineData("api", true, false)]
    [InlineData("worker", false, true)]
    [InlineData("api,worker", true, true)]
    [InlineData("worker, api", true, true)]
    public void Roles_are_a_list(string text, bool api, bool worker) =>
        Assert.Equal(new Roles(api, worker), Read(("ROLES", text)).Roles);

    [Theory]
    [InlineData("web")]
    [InlineData("api,")]
    [InlineData("API")]
    [InlineData("api worker")]
    public void What_is_no_role_is_refused(string text) =>
        Assert.Equal(
            $"ROLES takes api, worker or api,worker, not '{text}'.",
            Assert.Throws<StartException>(() => Read(("ROLES", text))).Message
        );

    [Theory]
    [InlineData("REDIS_URL", "http://localhost")]
    [InlineData("REDIS_URL", "redis://")]
    [InlineData("REDIS_URL", "redis://:hunter2@localhost/first")]
    [InlineData("REDIS_URL", "redis://:hunter2@localhost/1/2")]
    public void What_may_be_a_secret_is_refused_and_not_repeated(string name, string value)
    {
        var fault = Assert.Throws<StartException>(() => Read((name, value))).Message;

        Assert.StartsWith($"{name} takes ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_of_a_lane_go_before_workers_of_all()
    {
        var qa = Read(("QA_WORKERS", "7"), ("QA_JUDGE_WORKERS", "3")).Qa;

        Assert.Equal((7, 3), (qa.TestWorkers, qa.JudgeWorkers));
    }
}
