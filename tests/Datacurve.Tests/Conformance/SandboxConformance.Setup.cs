using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Server.Storage;
using Xunit;

namespace Datacurve.Tests.Conformance;

/// <summary>What has to stand before the tests run.</summary>
public abstract partial class SandboxConformance
{
    [Fact]
    public async Task A_setup_is_made_once_and_its_work_is_there_in_every_run()
    {
        await File.WriteAllTextAsync(WorkspacePath("tracked"), "old", Ct);
        var setup = Setup(
            "echo built >artifact; mkdir -p .cache/deep; echo x >.cache/deep/y; echo home >\"$HOME/.rc\"",
            "date +%s%N >stamp"
        );

        var images = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Sandbox.PrepareAsync(setup, Ct)));
        var again = await Sandbox.PrepareAsync(setup, Ct);
        await File.WriteAllTextAsync(WorkspacePath("tracked"), "new", Ct);
        var show = Run("cat tracked artifact .cache/deep/y \"$HOME/.rc\" stamp") with { Image = again };
        var first = await Sandbox.RunAsync(show, Ct);
        var second = await Sandbox.RunAsync(show, Ct);
        var environment = await Sandbox.RunAsync(Run("env") with { Image = again }, Ct);

        Assert.DoesNotContain("PIP_", Text(environment.Stdout), StringComparison.Ordinal);
        Assert.All(images, image => Assert.Equal(again, image));
        Assert.StartsWith("newbuilt\nx\nhome\n", Text(first.Stdout), StringComparison.Ordinal);
        Assert.Equal(Text(first.Stdout), Text(second.Stdout));
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task What_was_prepared_for_a_job_is_removed_and_nothing_of_another()
    {
        var mine = Setup($"echo {Guid.NewGuid()} >mine") with { QaJobId = Guid.NewGuid() };
        var other = Setup($"echo {Guid.NewGuid()} >other") with { QaJobId = Guid.NewGuid() };
        var (gone, kept) = (await Sandbox.PrepareAsync(mine, Ct), await Sandbox.PrepareAsync(other, Ct));

        await Sandbox.RemovePreparedAsync(mine.QaJobId, Ct);
        await Sandbox.RemovePreparedAsync(mine.QaJobId, Ct);

        await Assert.ThrowsAsync<InfrastructureException>(() =>
            Sandbox.RunAsync(Run("true") with { Image = gone }, Ct)
        );
        Assert.Equal(0, (await Sandbox.RunAsync(Run("cat other") with { Image = kept }, Ct)).ExitCode);
    }

    [Fact]
    public async Task Another_lock_hash_or_command_is_another_setup()
    {
        var one = await Sandbox.PrepareAsync(Setup("true"), Ct);
        var two = await Sandbox.PrepareAsync(Setup("true") with { LockHash = $"{Guid.NewGuid():N}" }, Ct);
        var three = await Sandbox.PrepareAsync(Setup("true", "true"), Ct);

        Assert.Equal(3, new[] { one, two, three }.Select(image => image.Reference).Distinct().Count());
    }

    [Fact]
    public async Task What_one_projects_setup_made_is_in_no_other_projects_image()
    {
        await File.WriteAllTextAsync(WorkspacePath("code"), "one's", Ct);
        var setup = Setup("cp code built");
        var ones = await Sandbox.PrepareAsync(setup, Ct);
        await File.WriteAllTextAsync(WorkspacePath("code"), "other's", Ct);
        var others = await Sandbox.PrepareAsync(setup with { Project = new ProjectId(QaJobId) }, Ct);

        Assert.Equal(
            "one's",
            Text((await Sandbox.RunAsync(Run("cat built") with { Image = ones }, Ct)).Stdout)
        );
        Assert.Equal(
            "other's",
            Text((await Sandbox.RunAsync(Run("cat built") with { Image = others }, Ct)).Stdout)
        );
    }

    [Fact]
    public async Task A_setup_that_fails_says_so_with_its_output()
    {
        var setup = Setup("echo fetching", "echo no such package >&2; exit 7", "echo never");

        var fault = await Assert.ThrowsAsync<NotReproducibleException>(() => Sandbox.PrepareAsync(setup, Ct));

        Assert.Contains("no such package", fault.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 7", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("never", fault.Message, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_setup_that_fills_the_disk_is_stopped()
    {
        var setup = Setup(
            "for i in 1 2 3 4 5 6; do head -c 10000000 /dev/zero >\"$HOME/$i\" || exit 1; done; sleep 60"
        );

        await Assert.ThrowsAsync<NotReproducibleException>(() =>
            Sandbox.PrepareAsync(setup with { Limits = Limits with { DiskBytesMax = 16 << 20 } }, Ct)
        );
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task What_setup_left_does_not_count_as_the_commands_memory()
    {
        var image = await Sandbox.PrepareAsync(Setup("head -c 150000000 /dev/urandom >left"), Ct);
        var run = Run("wc -c <left; python3 -c 'x = bytearray(60 << 20); print(len(x))'") with
        {
            Image = image,
            Limits = Limits with { MemoryBytes = 128 << 20 },
        };

        var result = await Sandbox.RunAsync(run, Ct);

        Assert.Equal("150000000\n62914560\n", Text(result.Stdout));
    }
}
