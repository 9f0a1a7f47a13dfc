using System.Globalization;
using System.Text.Json;
using Datacurve.Core.Traces;
using Datacurve.Server.Qa.Sandboxes;

namespace Datacurve.Server.Qa.TestRuns;

/// <summary>
/// How one trace's tests are run: what the trace says, else the server's settings. A trace may ask for less
/// time and memory than the server allows; where it asks for more it gets the server's limit.
/// </summary>
internal sealed record TestPlan
{
    public const int CommandCharsMax = 8_192;
    public const int SetupCommandsMax = 50;
    public const int PathCharsMax = 500;
    public const long MemoryBytesMin = 16L << 20;

    public required string Image { get; init; }
    public required IReadOnlyList<string> Setup { get; init; }
    public required string Command { get; init; }

    /// <summary>One of <see cref="TestRunner.Names"/>.</summary>
    public required string Runner { get; init; }

    /// <summary>From the workspace root; null where Datacurve chooses.</summary>
    public string? ReportPath { get; init; }

    /// <summary>From the workspace root; empty for the root.</summary>
    public string Workdir { get; init; } = "";

    /// <summary>What <c>npm test</c> runs here; null where there is no such script.</summary>
    public string? TestScript { get; init; }
    public required SandboxLimits Limits { get; init; }

    /// <summary>
    /// The command that will run, which <c>FixRules</c> needs to know before the plan can be made.
    /// </summary>
    public static string CommandOf(TestSetup? setup, TestOptions options) =>
        string.IsNullOrWhiteSpace(setup?.Command) ? options.Command : setup.Command;

    /// <param name="readBase">Reads a small file of the base by its path; null where there is none.</param>
    /// <exception cref="NotReproducibleException">The trace's set-up cannot be followed; the message says
    /// why.</exception>
    public static TestPlan For(TestSetup? setup, TestOptions options, Func<string, byte[]?> readBase)
    {
        var command = Text("command", CommandOf(setup, options), CommandCharsMax);
        var workdir = RelativePath("workdir", setup?.Workdir) ?? "";
        var script = TestScriptIn(readBase(workdir.Length == 0 ? "package.json" : workdir + "/package.json"));
        return new TestPlan
        {
            Image = ImageOf(setup, options),
            Setup = SetupOf(setup),
            Command = command,
            Runner = RunnerOf(setup?.Runner) ?? TestRunner.Detect(ShellLine.Parse(command), script),
            ReportPath = RelativePath("report_path", setup?.ReportPath),
            Workdir = workdir,
            TestScript = script,
            Limits = LimitsOf(setup, options),
        };
    }

    private static string ImageOf(TestSetup? setup, TestOptions options)
    {
        var image = string.IsNullOrWhiteSpace(setup?.Image) ? options.BaseImage : setup.Image;
        return image.Length > PathCharsMax || image[0] == '-' || image.Any(IsBlankOrControl)
            ? throw Refuse("image", "is no image reference")
            : image;
    }

    private static IReadOnlyList<string> SetupOf(TestSetup? setup)
    {
        var commands = setup?.Setup ?? [];
        if (commands.Count > SetupCommandsMax)
            throw Refuse("setup", $"has more than {SetupCommandsMax} commands");

        return [.. commands.Select(command => Text("setup", command, CommandCharsMax))];
    }

    /// <summary>
    /// The names that recorded test runs use are understood too; npm and make say nothing definite.
    /// </summary>
    private static string? RunnerOf(string? runner) =>
        runner switch
        {
            null or "" or "npm test" or "make test" => null,
            "go test" => TestRunner.Go,
            "nextest" => TestRunner.CargoNextest,
            _ when TestRunner.Names.Contains(runner) => runner,
            _ => throw Refuse("runner", $"is none of {string.Join(", ", TestRunner.Names)}"),
        };

    private static SandboxLimits LimitsOf(TestSetup? setup, TestOptions options)
    {
        var seconds = setup?.TimeoutSeconds ?? options.TimeoutSeconds;
        if (seconds <= 0)
            throw Refuse("timeout_seconds", "is not above zero");

        var memory = setup?.Memory is { } text ? ParseBytes(text) : options.MemoryBytes;
        return new SandboxLimits
        {
            Timeout = TimeSpan.FromSeconds(Math.Min(seconds, options.TimeoutSeconds)),
            MemoryBytes = Math.Min(memory, options.MemoryBytes),
        };
    }

    private static long ParseBytes(string text)
    {
        var plain = text.Trim().ToLowerInvariant();
        var shift = plain.Length == 0 ? 0 : " kmg".IndexOf(plain[^1], StringComparison.Ordinal);
        var digits = shift > 0 ? plain[..^1] : plain;
        var valid = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        if (!valid || count > long.MaxValue >> 30)
            throw Refuse("memory", "is no size such as 512m or 2g");

        var bytes = count << (10 * Math.Max(shift, 0));
        return bytes >= MemoryBytesMin ? bytes : throw Refuse("memory", "is below 16m");
    }

    private static string? RelativePath(string member, string? path)
    {
        if (string.IsNullOrEmpty(path) || path is "." or "./")
            return null;

        var parts = path.TrimEnd('/').Split('/');
        return
            path.Length > PathCharsMax
            || path.Any(char.IsControl)
            || parts.Any(part => part is "" or "." or "..")
            ? throw Refuse(member, "is not a path inside the workspace")
            : string.Join('/', parts);
    }

    private static string Text(string member, string text, int charsMax) =>
        text.Length > charsMax ? throw Refuse(member, $"is longer than {charsMax} characters")
        : text.Contains('\0', StringComparison.Ordinal) ? throw Refuse(member, "contains a NUL")
        : text;

    private static string? TestScriptIn(byte[]? packageJson)
    {
        try
        {
            using var document = JsonDocument.Parse(packageJson ?? "{}"u8.ToArray());
            return
                document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty("scripts", out var scripts)
                && scripts.ValueKind is JsonValueKind.Object
                && scripts.TryGetProperty("test", out var script)
                && script.ValueKind is JsonValueKind.String
                ? script.GetString()
                : null;
        }
        // A package.json that npm cannot read either; GetString throws the second on a lone surrogate.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsBlankOrControl(char character) =>
        char.IsControl(character) || char.IsWhiteSpace(character);

    private static NotReproducibleException Refuse(string member, string what) =>
        new($"environment.test.{member} {what}");
}
