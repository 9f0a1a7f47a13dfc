using System.Text.RegularExpressions;

namespace Datacurve.Server.Qa.TestRuns;

/// <summary>The runners whose reports are known, by the names that a trace and a result use.</summary>
internal static class TestRunner
{
    public const string Pytest = "pytest";
    public const string Unittest = "unittest";
    public const string Go = "go";
    public const string Node = "node";
    public const string Jest = "jest";
    public const string Dotnet = "dotnet";
    public const string CargoNextest = "cargo-nextest";
    public const string Tap = "tap";

    /// <summary>
    /// Any other command: its exit code decides, unless it writes a report where the trace says.
    /// </summary>
    public const string Custom = "custom";

    public static readonly IReadOnlySet<string> Names = new HashSet<string>
    {
        Pytest,
        Unittest,
        Go,
        Node,
        Jest,
        Dotnet,
        CargoNextest,
        Tap,
        Custom,
    };

    public static readonly Regex PytestCommand = Compile(
        @"^(\S*python[\d.]*(\s+(-[XW]\s+\S+|-[BEIOPSsuXW]\S*))*\s+-m\s+|\S+\s+run\s+|coverage\s+run\s+-m\s+)?"
            + @"(\S*/)?(pytest|py\.test)(-3)?(\s|$)"
    );
    public static readonly Regex UnittestCommand = Compile(
        @"^\S*python[\d.]*(\s+(-[XW]\s+\S+|-[BEIOPSsuXW]\S*))*\s+-m\s+unittest(\s|$)"
    );
    public static readonly Regex GoCommand = Compile(@"^(\S*/)?go\s+test(\s|$)");
    public static readonly Regex NodeCommand = Compile(@"^(\S*/)?node(\s+--?[\w\-=./]+)*?\s+--test(\s|$)");
    public static readonly Regex JestCommand = Compile(
        @"^((npx|yarn|pnpm|bunx)\s+(exec\s+|-\S+\s+)*)?(\S*/)?jest(\s|$)"
    );
    public static readonly Regex DotnetCommand = Compile(@"^(\S*/)?dotnet\s+test(\s|$)");
    public static readonly Regex NextestCommand = Compile(@"^(\S*/)?cargo\s+(\+\S+\s+)?nextest\s+run(\s|$)");
    public static readonly Regex NpmTestCommand = Compile(@"^(npm|yarn|pnpm)\s+(run\s+)?(test|t)(\s|$)");

    private static readonly (string Name, Regex Command)[] Commands =
    [
        (Pytest, PytestCommand),
        (Unittest, UnittestCommand),
        (Go, GoCommand),
        (Node, NodeCommand),
        (Jest, JestCommand),
        (Dotnet, DotnetCommand),
        (CargoNextest, NextestCommand),
    ];

    /// <summary>The runner that a line starts last, or custom.</summary>
    /// <param name="testScript">The <c>test</c> script of package.json, which <c>npm test</c> runs.</param>
    public static string Detect(ShellLine line, string? testScript)
    {
        if (line.Runs(NpmTestCommand) && testScript is not null)
            return Detect(ShellLine.Parse(testScript), testScript: null);

        return Commands.FirstOrDefault(runner => line.Runs(runner.Command)).Name ?? Custom;
    }

    private static Regex Compile(string pattern) =>
        new(
            pattern,
            RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
        );
}
