using System.Text;
using Datacurve.Core.Redaction;
using Datacurve.Server.Traces;
using Datacurve.Tests.Redaction;

namespace Datacurve.Tests.Consent;

/// <summary>What is made of one event before it is stored.</summary>
public sealed class KeptEventsTests
{
    private readonly KeptEvents _keeping = new(new Cleanser(RuleSet.Default, new byte[32]), null);

    [Fact]
    public void Only_what_redaction_changed_has_another_form()
    {
        var token = new Planted(Random.Shared.Next()).GitHubToken();

        Assert.Null(_keeping.Keep(Command("make")).Unredacted);
        Assert.Equal(Command(token), _keeping.Keep(Command(token)).Unredacted!.Value.ToArray());
    }

    private static byte[] Command(string typed) =>
        Encoding.UTF8.GetBytes(
            "{\"seq\":1,\"ts_ms\":1,\"type\":\"terminal_command\",\"actor\":{\"kind\":\"human\"},"
                + $"\"payload\":{{\"cwd\":\"/src\",\"command\":\"{typed}\"}}}}"
        );
}
