using Datacurve.Server;
using Datacurve.Tests.Cli;

namespace Datacurve.Tests;

/// <summary>The service's process, from its start to its end.</summary>
public sealed class ServiceTests
{
    [Fact]
    public async Task A_stop_while_it_starts_is_a_stop_in_good_order()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        var output = new StringWriter();
        await stop.CancelAsync();

        var exitCode = await Service.RunAsync(folder.Path, port: 0, roles: null, output, stop.Token);

        Assert.Equal(0, exitCode);
        Assert.Empty(output.ToString());
    }
}
