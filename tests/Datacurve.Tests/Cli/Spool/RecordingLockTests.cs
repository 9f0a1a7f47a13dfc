namespace Datacurve.Tests.Cli.Spool;

public sealed class RecordingLockTests
{
    [Fact]
    public async Task A_lock_that_cannot_be_opened_is_not_told_to_be_held()
    {
        using var spool = new SpoolUnderTest();
        var recording = spool.Create();
        await recording.DisposeAsync();
        // A link to itself: nobody holds it, and nobody can open it.
        File.Delete(recording.Files.LockPath);
        File.CreateSymbolicLink(recording.Files.LockPath, recording.Files.LockPath);

        Assert.Throws<IOException>(() => spool.Store.Open(recording.Id));
    }
}
