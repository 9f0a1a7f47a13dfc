using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Events;

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

    [Fact]
    public async Task A_commit_that_is_made_while_the_base_is_read_is_no_part_of_it()
    {
        CapturedRepository? reading = null;
        var setup = new CaptureSetup
        {
            BaseProgress = (read, _) =>
            {
                if (read == 1)
                    reading!.Commit("meanwhile");
            },
        };
        await using var repository = reading = new CapturedRepository(setup);
        repository.Write("a", "a");
        repository.Write("b", "committed");
        repository.Commit("base");
        repository.Write("b", "written before, and committed meanwhile");
        var first = repository.Git("rev-parse", "HEAD").Trim();

        await repository.StartAsync();
        var events = await repository.StopAsync();

        Assert.Equal(first, repository.Capture.Base.CommitBase);
        Assert.Equal("b", Assert.Single(events.Select(one => one.Payload).OfType<FileEdit>()).FilePath);
        Assert.Equal("meanwhile", Assert.Single(events.Select(one => one.Payload).OfType<Commit>()).Message);
    }
}
