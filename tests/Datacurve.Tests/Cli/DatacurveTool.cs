using System.Diagnostics;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli;

/// <summary>
/// The real <c>datacurve</c> as a process of its own, and the server beside it. <c>DATACURVE_TEST_TOOL</c>
/// names the native one, which is what developers have; else the one that was built beside the tests runs.
/// </summary>
internal static class DatacurveTool
{
    private static readonly string[] Words = Environment.GetEnvironmentVariable("DATACURVE_TEST_TOOL")
        is { Length: > 0 } native
        ? [native]
        : ["dotnet", System.IO.Path.Combine(AppContext.BaseDirectory, "datacurve.dll")];

    /// <summary>How it is called in a shell.</summary>
    public static string Typed { get; } = string.Join(' ', Words);

    public static string Server => System.IO.Path.Combine(AppContext.BaseDirectory, "datacurve-server.dll");

    public static Task<CommandResult> RunAsync(params string[] arguments) =>
        RunAsync(new Dictionary<string, string>(), arguments);

    public static Task<CommandResult> RunAsync(
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    ) => RunAsync(environment, input: null, arguments);

    public static Task<CommandResult> RunAsync(
        IReadOnlyDictionary<string, string> environment,
        string? input,
        string[] arguments
    )
    {
        var start = StartOf(arguments);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        if (input is null)
            return ChildProcess.RunAsync(start, TestContext.Current.CancellationToken);

        // Nothing else of the tool needs a child with something on its standard input.
        var piped = new ProcessStartInfo(
            "sh",
            ["-c", "printf '%s' \"$0\" | exec \"$@\"", input, start.FileName, .. start.ArgumentList]
        );
        foreach (var (name, value) in start.Environment)
            piped.Environment[name] = value;
        piped.Environment.Remove("DATACURVE_URL");
        return ChildProcess.RunAsync(piped, TestContext.Current.CancellationToken);
    }

    public static ProcessStartInfo StartOf(params string[] arguments)
    {
        var start = new ProcessStartInfo(Words[0], [.. Words[1..], .. arguments]);
        start.Environment.Remove("DATACURVE_URL");
        start.Environment.Remove("DATACURVE_RECORDING");
        start.Environment["XDG_CONFIG_HOME"] = System.IO.Path.Combine(AppContext.BaseDirectory, "no-config");
        start.Environment["DATACURVE_SERVER"] = Server;
        return start;
    }
}
