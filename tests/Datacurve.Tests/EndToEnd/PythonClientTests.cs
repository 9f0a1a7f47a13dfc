using System.Diagnostics;
using System.Runtime.CompilerServices;
using Datacurve.Tests.Simulation;

namespace Datacurve.Tests.EndToEnd;

/// <summary>A client in another language, written from the contract alone, against the real server.</summary>
public sealed class PythonClientTests
{
    [Fact]
    public async Task A_python_client_lives_through_a_whole_trace()
    {
        using var folder = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(folder.Path);
        var script = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../clients/python/client.py");
        var start = new ProcessStartInfo("python3")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { script, server.Client.BaseAddress!.ToString(), "--wait-for-qa", "120" },
        };

        using var python = Process.Start(start)!;
        var errors = python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(python.ExitCode == 0, output + await errors);
        Assert.Contains("the service keeps the contract", output, StringComparison.Ordinal);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
