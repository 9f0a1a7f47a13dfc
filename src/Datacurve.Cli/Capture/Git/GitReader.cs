using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Datacurve.Cli.Capture.Files;

namespace Datacurve.Cli.Capture.Git;

/// <summary>
/// Asks the git of this machine about a repository and changes nothing in it: no lock, no refreshed index,
/// no hook, no collection of garbage. What the repository's own settings would run (a file system monitor,
/// filters, external diffs) is not run. The user's settings are kept, since they say what is ignored.
/// </summary>
internal sealed class GitReader
{
    private const int ErrorCharsMax = 500;

    private static readonly string[] Own =
    [
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "core.untrackedCache=false",
        "core.preloadIndex=false",
        "core.quotePath=false",
        "core.alternateRefsCommand=",
        "credential.helper=",
        "diff.external=",
        "diff.ignoreSubmodules=all",
        "submodule.recurse=false",
        "gc.auto=0",
        "maintenance.auto=false",
        "protocol.allow=never",
        "log.showSignature=false",
        "color.ui=false",
    ];

    // The user's settings, where a repository is looked for, and whose are trusted.
    private static readonly string[] KeptVariables =
    [
        "GIT_CONFIG_",
        "GIT_CEILING_",
        "GIT_DISCOVERY_",
        "GIT_TEST_ASSUME_",
    ];

    private readonly CaptureLimits _limits;
    private readonly List<string> _own;

    private GitReader(string root, CaptureLimits limits, GitSettings settings, IEnumerable<string> own)
    {
        (Root, _limits, Settings) = (root, limits, settings);
        _own = [.. own];
    }

    /// <summary>How long one answer may take.</summary>
    public TimeSpan Timeout => _limits.GitTimeout;

    /// <summary>The folder that git runs in.</summary>
    public string Root { get; }

    /// <summary>What the repository and the user have set, so far as it matters here.</summary>
    public GitSettings Settings { get; }

    /// <summary>For a folder whose settings are still to be read: for calls that run no filter.</summary>
    public static GitReader Before(string folder, CaptureLimits limits) =>
        new(folder, limits, GitSettings.None, Own);

    /// <summary>For the top folder of a repository with these settings; none of the filters runs.</summary>
    public GitReader At(string root, GitSettings settings) =>
        new(root, _limits, settings, Own.Concat(settings.Filters));

    /// <summary>The same with one more setting.</summary>
    public GitReader With(string setting) => new(Root, _limits, Settings, _own.Append(setting));

    /// <summary>What a call prints, whether git says yes (0) or no, and why.</summary>
    /// <exception cref="GitException">There is no git, or it printed or took too much.</exception>
    public Task<(int Code, byte[] Output, string Errors)> AskAsync(
        CancellationToken ct,
        params string[] arguments
    ) => RunAsync(arguments, ReadBoundedAsync, ct);

    /// <summary>What a call prints.</summary>
    /// <exception cref="GitException">Git failed, or printed or took too much.</exception>
    public async Task<byte[]> ReadAsync(CancellationToken ct, params string[] arguments)
    {
        var (code, output, errors) = await AskAsync(ct, arguments);
        return code == 0 ? output : throw new GitException($"git {arguments[0]} failed: {errors}");
    }

    /// <summary>What a call prints as text without the last newline; null where git says no.</summary>
    public async Task<string?> TryReadTextAsync(CancellationToken ct, params string[] arguments)
    {
        var (code, output, _) = await AskAsync(ct, arguments);
        return code == 0 ? Encoding.UTF8.GetString(output).TrimEnd('\n') : null;
    }

    /// <summary>The entries of a call that ends each with a NUL.</summary>
    public async Task<string[]> ReadListAsync(CancellationToken ct, params string[] arguments) =>
        Encoding
            .UTF8.GetString(await ReadAsync(ct, arguments))
            .Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Goes through the entries of a call that ends each with a NUL, and holds none of them.
    /// </summary>
    /// <exception cref="GitException">Git failed, or took too long.</exception>
    public async Task ReadEachAsync(Action<string> take, CancellationToken ct, params string[] arguments)
    {
        var (code, _, errors) = await RunAsync(
            arguments,
            async (output, timeout) =>
            {
                var entries = new NulTexts(output);
                while (await entries.TryNextAsync(timeout) is { } entry)
                    take(entry);
                return [];
            },
            ct
        );
        if (code != 0)
            throw new GitException($"git {arguments[0]} failed: {errors}");
    }

    /// <summary>Starts a git that answers for long; the caller ends it.</summary>
    /// <exception cref="GitException">There is no git.</exception>
    public Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in _own)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        SetEnvironment(start.Environment);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            var reason = Directory.Exists(Root)
                ? $"git is needed, and cannot be started here: {missing.Message}"
                : $"{Root} is gone.";
            throw new GitException(reason, missing);
        }
    }

    private async Task<(int Code, byte[] Output, string Errors)> RunAsync(
        IEnumerable<string> arguments,
        Func<Stream, CancellationToken, Task<byte[]>> read,
        CancellationToken ct
    )
    {
        using var process = Start(arguments);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(_limits.GitTimeout);
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            var output = await read(process.StandardOutput.BaseStream, timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            var text = (await errors).Trim();
            return (process.ExitCode, output, text[..Math.Min(text.Length, ErrorCharsMax)]);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new GitException($"git took longer than {_limits.GitTimeout.TotalSeconds} s.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private async Task<byte[]> ReadBoundedAsync(Stream stream, CancellationToken ct)
    {
        using var output = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0; )
        {
            if (output.Length + read > _limits.GitOutputBytesMax)
                throw new GitException($"git printed more than {_limits.GitOutputBytesMax} bytes.");
            output.Write(buffer, 0, read);
        }
        return output.ToArray();
    }

    // A repository given in the environment would be another one.
    private static void SetEnvironment(IDictionary<string, string?> environment)
    {
        foreach (
            var name in environment
                .Keys.Where(name =>
                    name.StartsWith("GIT_", StringComparison.Ordinal)
                    && !KeptVariables.Any(kept => name.StartsWith(kept, StringComparison.Ordinal))
                )
                .ToList()
        )
            environment.Remove(name);
        environment["GIT_OPTIONAL_LOCKS"] = "0";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_NO_LAZY_FETCH"] = "1";
        environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        environment["GIT_ATTR_NOSYSTEM"] = "1";
        environment["LC_ALL"] = "C";
    }
}
