using Datacurve.Server.Qa.Workspaces;

namespace Datacurve.Tests.Qa.Workspaces;

public sealed class FileLockTests : IDisposable
{
    private const int Rounds = 300;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("datacurve-lock-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_lock_that_is_taken_while_its_file_is_made_is_waited_for()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var path = Path.Combine(_folder.FullName, $"{round}.lock");
            var inside = 0;
            var takers = Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        using var held = await FileLock.AcquireAsync(
                            path,
                            exclusive: true,
                            TimeSpan.FromMinutes(1),
                            TimeProvider.System,
                            TestContext.Current.CancellationToken
                        );
                        Assert.Equal(1, Interlocked.Increment(ref inside));
                        Interlocked.Decrement(ref inside);
                    })
                );
            await Task.WhenAll(takers);
        }
    }
}
