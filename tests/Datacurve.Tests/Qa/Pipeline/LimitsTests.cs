using Datacurve.Server;
using Datacurve.Server.Qa.Sandboxes;

namespace Datacurve.Tests.Qa.Pipeline;

public sealed class LimitsTests
{
    [Fact]
    public void A_workspace_may_be_as_large_as_a_sandbox_holds() =>
        Assert.Equal(
            SandboxDisk.WorkspaceBytesMax(
                new SandboxLimits { Timeout = TimeSpan.FromSeconds(1), MemoryBytes = 64 << 20 }
            ),
            new TestOptions().WorkspaceBytesMax
        );
}
