using Datacurve.Server.Originals;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Originals;

/// <summary>Who changes what a project keeps is on record.</summary>
public sealed class ProjectModeTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Every_change_of_the_mode_is_in_the_audit_log(string engine)
    {
        await using var rig = await RawRig.StartAsync(engine, "files");
        await rig.SetModeAsync(ProjectModes.Redacted);

        var acts = (await rig.Client.GetAnswerAsync("/admin/audit?limit=1000")).Json["acts"]!
            .AsArray()
            .Where(act => act!["action"]!.GetValue<string>() == "set_project_mode")
            .Select(act => $"{act!["caller"]} {act["subject"]}");
        Assert.Equal(["command raw", "command redacted"], acts);
    }
}
