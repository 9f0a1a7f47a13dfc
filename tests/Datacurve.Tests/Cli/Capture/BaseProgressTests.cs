using Datacurve.Cli.Capture.Files;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>Reading a large repository takes long, and whoever waits is told how far it is.</summary>
public sealed class BaseProgressTests
{
    [Fact]
    public async Task Every_file_of_the_base_is_told_whether_the_disk_has_it_or_the_commit_alone()
    {
        var told = new List<(int, int)>();
        var setup = new CaptureSetup { BaseProgress = (read, all) => told.Add((read, all)) };
        await using var repository = new CapturedRepository(setup);
        foreach (var name in new[] { "a", "b", "c" })
            repository.Write(name, name);
        repository.Commit("base");
        repository.Write("b", "changed since");

        await repository.StartAsync();

        Assert.Equal([(1, 3), (2, 3), (3, 3)], told);
    }
}
