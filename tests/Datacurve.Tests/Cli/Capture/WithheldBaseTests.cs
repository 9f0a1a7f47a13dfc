using System.Text;
using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>Where code is refused, the base has no name at any moment.</summary>
public sealed class WithheldBaseTests
{
    [Theory]
    [InlineData(true, "base.tar.new")]
    [InlineData(false, null)]
    public async Task While_the_base_is_written_it_has_a_name_only_where_code_is_kept(bool kept, string? name)
    {
        var seen = new List<string?>();
        CapturedRepository? capturing = null;
        var setup = new CaptureSetup
        {
            Cleanse = (_, content) =>
            {
                var folder = CaptureStart.FolderOf(capturing!.Recording.Files);
                seen.AddRange(Directory.EnumerateFiles(folder).Select(Path.GetFileName).DefaultIfEmpty(null));
                return content;
            },
        };
        await using var repository = capturing = new CapturedRepository(setup);
        repository.Write("a.py", "one\n");
        repository.Commit("base");

        await repository.StartAsync(new ConsentFlags { StoreRawCode = kept });

        Assert.Equal(name, seen[0]);
        Assert.Equal(kept, seen.Any(file => file?.StartsWith("base.tar", StringComparison.Ordinal) == true));
        repository.Write("a.py", "one\ntwo\n");
        var events = await repository.StopAsync();
        var edit = Assert.IsType<FileEdit>(Assert.Single(events).Payload);
        Assert.Equal(
            Datacurve.Core.BlobId.Of(Encoding.UTF8.GetBytes("one\ntwo\n")).ToString(),
            edit.PostHash?.ToString()
        );
        var files = Directory.EnumerateFiles(CaptureStart.FolderOf(repository.Recording.Files));
        Assert.Equal(kept, files.Any(path => Path.GetFileName(path) is "base.tar" or "contents"));
    }
}
