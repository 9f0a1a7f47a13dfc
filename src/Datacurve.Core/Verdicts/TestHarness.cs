using System.Text.Json;
using System.Text.RegularExpressions;
using Datacurve.Core.Replay;

namespace Datacurve.Core.Verdicts;

/// <summary>
/// Which changed files decide how tests are collected, run and reported: hooks, runner configuration, modules
/// that take the runner's place, and files that the test command names.
/// </summary>
public static class TestHarness
{
    private static readonly HashSet<string> FileNames =
    [
        "conftest.py",
        "pytest.ini",
        ".pytest.ini",
        "pytest.toml",
        "tox.ini",
        "tox.toml",
        "noxfile.py",
        "sitecustomize.py",
        "usercustomize.py",
        "nextest.toml",
        "go.work",
        "xunit.runner.json",
        "testconfig.json",
        ".npmrc",
        ".c8rc.json",
        ".nycrc",
    ];

    private static readonly Regex FileName = new(
        @"^(.*\.pth|.*\.runsettings|\.mocharc.*|ava\.config\..*"
            + @"|(jest|vitest|karma|playwright|cypress)[.\-_]?(config|setup|conf|workspace)\b.*"
            + @"|setupTests\..*)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    );

    /// <summary>
    /// Modules that a runner imports and that a file in the repository would take the place of.
    /// </summary>
    private static readonly HashSet<string> RunnerModules =
    [
        "pytest",
        "_pytest",
        "pluggy",
        "iniconfig",
        "py",
        "unittest",
        "xml",
        "argparse",
        "importlib",
        "contextlib",
        "functools",
        "inspect",
        "traceback",
        "warnings",
        "xunit",
        "pytest_cov",
        "xdist",
        "exceptiongroup",
    ];

    private static readonly Regex PytestHook = new(
        @"^\s*(async\s+)?def\s+pytest_(runtest|collection|collect|sessionfinish|sessionstart|configure"
            + @"|unconfigure|report|terminal|pyfunc|cmdline|load|itemcollected|deselected"
            + @"|exception|generate)\w*\(",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    );

    private static readonly Regex ScriptName = new(
        @"(^|/)([^./]+|.*\.(sh|bash|mk|ini|cfg|toml|json|ya?ml|xml)|[^/]*(test|check)[^/]*)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    );

    /// <summary>
    /// Whether this change is one to the harness. Mixed files count where their test part changes.
    /// </summary>
    public static bool Contains(FileChange change, string testCommand = "")
    {
        var parts = change.Path.Split('/');
        var name = parts[^1];
        return FileNames.Contains(name)
            || FileName.IsMatch(name)
            || parts.AsSpan(0, parts.Length - 1).Contains("node_modules")
            || parts.AsSpan(0, parts.Length - 1).Contains(".cargo")
            || TakesRunnersPlace(change, parts)
            || IsNamedBy(testCommand, change.Path)
            || ChangesTestPart(change, name);
    }

    private static bool ChangesTestPart(FileChange change, string name) =>
        name switch
        {
            "pyproject.toml" => ConfigSections.Differ(change, ["tool.pytest", "tool.tox", "tool.nox"])
                || AnyChangedLine(change, "ini_options", "pytest11"),
            "setup.cfg" => ConfigSections.Differ(change, ["tool:pytest", "aliases"])
                || AnyChangedLine(change, "pytest11"),
            "setup.py" => AnyChangedLine(change, "pytest11"),
            "package.json" => PackageScripts.Differ(change),
            "go.mod" => AnyChangedLine(change, "replace ", "=>"),
            "Cargo.toml" => ConfigSections.Differ(change, ["patch", "replace"])
                || AnyChangedLine(change, "harness"),
            "Directory.Build.props" or "Directory.Build.targets" => AnyChangedLine(change, "VSTest", "Test"),
            "Makefile" or "makefile" or "GNUmakefile" or "justfile" => MakeTargets.Differ(change),
            _ when name.StartsWith("vite.config.", StringComparison.Ordinal) => AnyChangedLine(
                change,
                "test"
            ),
            _ when name.EndsWith(".py", StringComparison.Ordinal) => SourceText
                .AddedLines(change)
                .Any(line => PytestHook.IsMatch(line.Text)),
            _ => false,
        };

    /// <summary>A new module at a root of imports that shadows one of the runner's.</summary>
    private static bool TakesRunnersPlace(FileChange change, string[] parts)
    {
        if (change.Before is not null)
            return false;

        var top = parts[0] is "src" or "lib" && parts.Length > 1 ? parts[1] : parts[0];
        var module = top.EndsWith(".py", StringComparison.Ordinal) ? top[..^3] : top;
        var isPython =
            change.Path.EndsWith(".py", StringComparison.Ordinal)
            || change.Path.EndsWith(".so", StringComparison.Ordinal);
        return isPython && RunnerModules.Contains(module);
    }

    /// <summary>
    /// A script or configuration that the command names is harness; a test file that it selects and a program
    /// that it runs to see it work are not.
    /// </summary>
    private static bool IsNamedBy(string testCommand, string path) =>
        testCommand.Length > 0
        && !TestPaths.Contains(path)
        && ScriptName.IsMatch(path)
        && testCommand
            .Split(
                [' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\'', '='],
                StringSplitOptions.RemoveEmptyEntries
            )
            .Any(word => (word.StartsWith("./", StringComparison.Ordinal) ? word[2..] : word) == path);

    private static bool AnyChangedLine(FileChange change, params string[] fragments) =>
        SourceText
            .ChangedLines(change)
            .Any(line => fragments.Any(fragment => line.Contains(fragment, StringComparison.Ordinal)));
}

/// <summary>Sections of an INI or TOML file, by their headers.</summary>
internal static class ConfigSections
{
    /// <summary>Whether what stands under headers that begin with one of these names differs.</summary>
    public static bool Differ(FileChange change, string[] names) =>
        Under(SourceText.Of(change.Before), names) != Under(SourceText.Of(change.After), names);

    private static string Under(string text, string[] names)
    {
        var kept = new List<string>();
        var inside = false;
        foreach (
            var line in SourceText.Lines(text).Select(line => line.Trim()).Where(line => line.Length > 0)
        )
        {
            if (line.StartsWith('['))
                inside = IsOneOf(line.Trim('[', ']'), names);
            if (inside)
                kept.Add(line);
        }
        return string.Join('\n', kept);
    }

    private static bool IsOneOf(string header, string[] names)
    {
        var plain = string.Concat(header.Where(character => character is not ('"' or '\'' or ' ')));
        return names.Any(name => plain == name || plain.StartsWith(name + ".", StringComparison.Ordinal));
    }
}

/// <summary>The recipes of a Makefile's test targets.</summary>
internal static class MakeTargets
{
    private static readonly Regex Target = new(
        @"^[\w\-. ]*\b(test|tests|check|unit|pytest)\b[\w\-. ]*:",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    );

    public static bool Differ(FileChange change) =>
        Recipes(SourceText.Of(change.Before)) != Recipes(SourceText.Of(change.After));

    /// <summary>Variables count too: a recipe is mostly made of them.</summary>
    private static string Recipes(string text)
    {
        var kept = new List<string>();
        var inside = false;
        foreach (var line in SourceText.Lines(text).Where(line => line.Length > 0))
        {
            var isRecipe = line[0] is '\t' or ' ';
            if (!isRecipe)
                inside = Target.IsMatch(line) || line.Contains('=', StringComparison.Ordinal);
            if (inside)
                kept.Add(line);
        }
        return string.Join('\n', kept);
    }
}

/// <summary>The parts of a package.json that decide how its tests run.</summary>
internal static class PackageScripts
{
    private static readonly string[] Sections = ["jest", "mocha", "ava", "vitest", "nyc", "c8", "tap"];

    public static bool Differ(FileChange change) =>
        change.Before is null || change.After is null
            ? false
            : TestPart(change.Before.Content) != TestPart(change.After.Content);

    private static string TestPart(byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            var parts = Sections.Select(section => Raw(root, section)).ToList();
            if (root.TryGetProperty("scripts", out var scripts) && scripts.ValueKind is JsonValueKind.Object)
                parts.AddRange(TestScripts(scripts));
            return string.Join('\n', parts);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Convert.ToBase64String(content);
        }
    }

    /// <summary>Scripts named after tests, and those that a test script names.</summary>
    private static IEnumerable<string> TestScripts(JsonElement scripts)
    {
        var all = scripts.EnumerateObject().ToArray();
        var tests = all.Where(script => script.Name.Contains("test", StringComparison.Ordinal)).ToArray();
        return all.Where(script =>
                tests.Contains(script)
                || tests.Any(test => test.Value.ToString().Contains(script.Name, StringComparison.Ordinal))
            )
            .Select(script => $"{script.Name}={script.Value}")
            .Order(StringComparer.Ordinal);
    }

    private static string Raw(JsonElement root, string section) =>
        root.TryGetProperty(section, out var value) ? value.GetRawText() : "";
}
