using System.Diagnostics;
using System.Runtime.CompilerServices;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli;

/// <summary>
/// The real <c>./datacurve</c> in a checkout of its own whose path has a space. Its <c>dotnet</c> notes
/// how it is called and builds by making the files that a build makes.
/// </summary>
public sealed class RootScriptTests : IDisposable
{
    private const string Note =
        "Building Datacurve, for a minute or more (first use or sources changed)…\n"
        + "  1 of 2: packages and the service\n  2 of 2: the tool\n";

    private const string Dotnet = """
        #!/bin/bash
        echo "$*" >>"$CALLS"
        if [ "$1" = build ]; then
          sleep 0.3
          name=$(basename "$2")
          case $name in *Cli) dll=datacurve.dll ;; *) dll=datacurve-server.dll ;; esac
          [ -e "$2/broken" ] && { echo "error CS0000: broken"; exit 1; }
          mkdir -p "$2/bin/Release/net10.0" && touch "$2/bin/Release/net10.0/$dll"
        elif [ "$1" = publish ]; then
          [ -e "$2/broken" ] && exit 1
          echo native >"${!#}/datacurve"
        else
          echo "server=$DATACURVE_SERVER"
        fi
        """;

    private readonly TempFolder _folder = new();
    private readonly string _root;

    public RootScriptTests()
    {
        _root = _folder.Combine("a checkout");
        Write("src/Datacurve.Cli/Program.cs", "cli");
        Write("src/Datacurve.Server/Program.cs", "server");
        Write("samples/sample.txt", "sample");
        Write("Directory.Build.props", "props");
        Write("datacurve", File.ReadAllText(ScriptPath()));
        Write("tools/dotnet", Dotnet);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_use_builds_both_and_the_next_builds_nothing()
    {
        var first = await RunAsync("list", "--limit", "3");
        var second = await RunAsync("list");

        Assert.Equal((0, Note), (first.ExitCode, first.StderrText));
        Assert.Equal((0, ""), (second.ExitCode, second.StderrText));
        Assert.Equal(2, Builds());
        var cli = Path.Combine(_root, "src/Datacurve.Cli/bin/Release/net10.0/datacurve.dll");
        Assert.Equal([$"{cli} list --limit 3", $"{cli} list"], Calls().Where(call => !IsBuild(call)));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("fsck")]
    [InlineData("gc")]
    public async Task Commands_of_the_server_go_to_the_server(string command)
    {
        var run = await RunAsync(command, "--data", "a b");

        var server = Path.Combine(_root, "src/Datacurve.Server/bin/Release/net10.0/datacurve-server.dll");
        Assert.Equal($"{server} {command} --data a b", Calls()[^1]);
        Assert.Equal($"server={server}\n", run.StdoutText);
    }

    [Theory]
    [InlineData("src/Datacurve.Cli/Program.cs")]
    [InlineData("src/Datacurve.Server/New.cs")]
    [InlineData("samples/sample.txt")]
    [InlineData("Directory.Build.props")]
    public async Task A_changed_source_is_built_again(string source)
    {
        await RunAsync();
        Write(source, "changed");

        var run = await RunAsync();

        Assert.Equal(Note, run.StderrText);
        Assert.Equal(4, Builds());
    }

    [Fact]
    public async Task A_source_with_another_time_and_the_same_content_is_not()
    {
        await RunAsync();
        File.SetLastWriteTimeUtc(Path.Combine(_root, "Directory.Build.props"), DateTime.UnixEpoch);
        Write("src/Datacurve.Cli/obj/project.assets.json", "what a build leaves");

        Assert.Equal("", (await RunAsync()).StderrText);
    }

    [Fact]
    public async Task Two_first_uses_at_once_build_once()
    {
        var runs = await Task.WhenAll(RunAsync("list"), RunAsync("list"));

        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
        Assert.Equal(2, Builds());
    }

    [Fact]
    public async Task A_build_that_fails_is_told_and_tried_again()
    {
        Write("src/Datacurve.Server/broken", "");
        var failed = await RunAsync();
        File.Delete(Path.Combine(_root, "src/Datacurve.Server/broken"));

        var run = await RunAsync();

        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("error CS0000: broken", failed.StderrText, StringComparison.Ordinal);
        Assert.Equal((0, Note), (run.ExitCode, run.StderrText));
    }

    [Fact]
    public async Task A_link_to_it_works_from_anywhere()
    {
        File.CreateSymbolicLink(_folder.Combine("direct"), Path.Combine(_root, "datacurve"));
        File.CreateSymbolicLink(_folder.Combine("second"), "direct");

        var run = await ScriptAsync(_folder.Combine("second"), Path.Combine(_root, "tools"), "list");

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("datacurve.dll list", Calls()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_dotnet_it_says_what_to_install()
    {
        var run = await ScriptAsync(Path.Combine(_root, "datacurve"), tools: null, "list");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(".NET 10 SDK", run.StderrText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_compiler_the_native_tool_is_installed_over_an_older_one()
    {
        Write("tools/gcc", "#!/bin/sh");
        await RunAsync("install");

        var run = await RunAsync("install");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("a native binary", run.StdoutText, StringComparison.Ordinal);
        Assert.Contains("is not on your PATH", run.StdoutText, StringComparison.Ordinal);
        Assert.Equal(
            [Installed, Installed + "-server"],
            Directory.GetFileSystemEntries(_folder.Combine("bin")).Order()
        );
        Assert.Equal(Path.Combine(_root, "datacurve"), new FileInfo(Installed + "-server").LinkTarget);
        Assert.Null(new FileInfo(Installed).LinkTarget);
        Assert.Equal(
            "native\n",
            await File.ReadAllTextAsync(Installed, TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_native_build_a_link_is_installed_and_the_reason_said(bool hasCompiler)
    {
        if (hasCompiler)
            Write("tools/gcc", "#!/bin/sh");
        Write("src/Datacurve.Cli/broken", "");

        var run = await RunAsync("install");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("needs gcc and zlib1g-dev", run.StdoutText, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(_root, "datacurve"), new FileInfo(Installed).LinkTarget);
    }

    [Theory]
    [InlineData("install", "--help", 0)]
    [InlineData("install", "everywhere", 2)]
    [InlineData("uninstall", "-h", 0)]
    public async Task Whoever_asks_what_install_does_has_nothing_installed(
        string command,
        string word,
        int exitCode
    )
    {
        var run = await RunAsync(command, word);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains("install", run.StdoutText + run.StderrText, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("bin")));
    }

    [Fact]
    public async Task Uninstall_takes_the_tool_away_and_says_what_stays()
    {
        await RunAsync("install");

        var run = await RunAsync("uninstall");
        var again = await RunAsync("uninstall");

        Assert.Equal((0, 0), (run.ExitCode, again.ExitCode));
        Assert.Contains("Recordings stay", run.StdoutText, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Combine("bin")));
    }

    private string Installed => _folder.Combine("bin", "datacurve");

    private Task<CommandResult> RunAsync(params string[] arguments) =>
        ScriptAsync(Path.Combine(_root, "datacurve"), Path.Combine(_root, "tools"), arguments);

    private Task<CommandResult> ScriptAsync(string script, string? tools, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash", [script, .. arguments]) { WorkingDirectory = "/" };
        start.Environment["DATACURVE_INSTALL_DIR"] = _folder.Combine("bin");
        start.Environment["CALLS"] = _folder.Combine("calls");
        // Only what every system has: the machine's own dotnet may stand in any other folder of its path.
        start.Environment["PATH"] = $"{tools}:{Essentials()}";
        return ChildProcess.RunAsync(start, TestContext.Current.CancellationToken);
    }

    private string Essentials()
    {
        var essentials = Directory.CreateDirectory(_folder.Combine("essentials")).FullName;
        string[] names =
        [
            "basename",
            "cat",
            "chmod",
            "cp",
            "dirname",
            "find",
            "flock",
            "ln",
            "mkdir",
            "mktemp",
            "mv",
            "readlink",
            "rm",
            "sha256sum",
        ];
        foreach (var name in (string[])[.. names, "sleep", "sort", "touch", "uname", "xargs"])
        {
            var link = Path.Combine(essentials, name);
            if (!File.Exists(link))
                File.CreateSymbolicLink(link, Path.Combine("/usr/bin", name));
        }
        return essentials;
    }

    private int Builds() => Calls().Count(IsBuild);

    private string[] Calls() => File.ReadAllLines(_folder.Combine("calls"));

    private static bool IsBuild(string call) => call.StartsWith("build ", StringComparison.Ordinal);

    private void Write(string path, string content)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }

    private static string ScriptPath([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../datacurve"));
}
