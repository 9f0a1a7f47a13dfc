using Datacurve.Server.Storage;
using Npgsql;

namespace Datacurve.Tests.Storage;

public sealed class StoreFaultsTests
{
    [Theory]
    [InlineData("ERROR", PostgresErrorCodes.DiskFull, true, false)]
    [InlineData("FATAL", PostgresErrorCodes.DiskFull, false, true)]
    [InlineData("PANIC", PostgresErrorCodes.DiskFull, false, true)]
    [InlineData("FATAL", PostgresErrorCodes.InternalError, false, true)]
    [InlineData("ERROR", PostgresErrorCodes.InternalError, false, false)]
    public void A_server_that_ends_over_its_full_disk_is_away_and_may_have_stored(
        string severity,
        string code,
        bool isFull,
        bool isAway
    )
    {
        var fault = new PostgresException("could not write", severity, severity, code);

        Assert.Equal(isFull, StoreFaults.IsFull(fault));
        Assert.Equal(isAway, StoreFaults.IsAway(fault));
    }
}
