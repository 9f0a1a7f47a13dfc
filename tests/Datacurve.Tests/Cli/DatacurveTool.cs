using System.Diagnostics;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli;

/// <summary>The real <c>datacurve</c> as a process of its own, and the server beside it.</summary>
internal static class DatacurveTool
{
    public static string Server => System.IO.Path.Combine(AppContext.BaseDirectory, "datacurve-server.dll");

    public static Task<CommandResult> RunAsync(params string[] arguments) =>
        RunAsync(new Dictionary<string, string>(), arguments);

    public static Task<CommandResult> RunAsync(
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        var start = StartOf(arguments);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return ChildProcess.RunAsync(start, TestContext.Current.CancellationToken);
    }

    public static ProcessStartInfo StartOf(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [System.IO.Path.Combine(AppContext.BaseDirectory, "datacurve.dll"), .. arguments]
        );
        start.Environment.Remove("DATACURVE_URL");
        start.Environment["DATACURVE_SERVER"] = Server;
        return start;
    }
}
