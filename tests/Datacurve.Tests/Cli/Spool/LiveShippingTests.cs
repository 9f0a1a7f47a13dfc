using Datacurve.Cli.Client;
using Datacurve.Cli.Spool;

namespace Datacurve.Tests.Cli.Spool;

public sealed class LiveShippingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_cannot_be_written_for_a_while_stops_nothing()
    {
        using var spool = new SpoolUnderTest();
        await using var service = await ServiceDouble.StartAsync();
        using var client = new ServiceClient(service.Url);
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        await recording.FlushAsync(Ct);
        var inTheWay = Directory.CreateDirectory(Path.Combine(recording.Folder, "shipment.json.next"));
        var soon = TimeSpan.FromMilliseconds(20);
        var options = new ShipperOptions { LiveInterval = soon, PauseMax = soon };

        await using var live = LiveShipping.Start(recording, client, options, TimeProvider.System);
        await Task.Delay(10 * soon, Ct);
        inTheWay.Delete();

        for (var attempt = 0; recording.Files.ReadShipment().SeqSent == 0; attempt++)
        {
            Assert.True(attempt < 500, "nothing was sent");
            await Task.Delay(soon, Ct);
        }
    }
}
