using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>One call of git: where, what, over which protocols, and what to do with its streams.</summary>
internal sealed record GitCall
{
    public required string Directory { get; init; }
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>What <c>GIT_ALLOW_PROTOCOL</c> takes; empty allows none.</summary>
    public string Protocols { get; init; } = "";

    /// <summary>Writes git's input; it is closed after.</summary>
    public Func<Stream, CancellationToken, Task>? Input { get; init; }

    /// <summary>Reads git's output to its end; what it throws ends git.</summary>
    public Func<Stream, CancellationToken, Task>? Output { get; init; }
}

/// <summary>How a call ended, with the end of what it wrote to stderr, credentials removed.</summary>
internal sealed record GitExit(int Code, string Errors);

/// <summary>
/// Runs the git of this machine without its settings, the server's environment, hooks, prompts, filters,
/// submodules, replaced objects or any protocol that is not asked for.
/// </summary>
internal sealed class GitCommand(Options options, TimeProvider time)
{
    private const int ErrorCharsMax = 500;
    private static readonly string[] InheritedVariables =
    [
        "PATH",
        "HOME",
        "SSH_AUTH_SOCK",
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ];

    private static readonly string[] Settings =
    [
        "core.hooksPath=/dev/null",
        "core.attributesFile=/dev/null",
        "core.fsmonitor=false",
        "core.bigFileThreshold=16m",
        "credential.helper=",
        "fetch.recurseSubmodules=false",
        "submodule.recurse=false",
        "filter.lfs.smudge=",
        "filter.lfs.process=",
        "filter.lfs.required=false",
        "gc.auto=0",
        "maintenance.auto=false",
        "transfer.bundleURI=false",
    ];

    /// <exception cref="InfrastructureException">No git here, no room, or it took too long.</exception>
    /// <exception cref="NotReproducibleException">It would take more memory than it may.</exception>
    public async Task<GitExit> RunAsync(GitCall call, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(
            TimeSpan.FromSeconds(options.Tests.GitTimeoutSeconds),
            time
        );
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        using var process = Start(call);
        try
        {
            return await ExchangeAsync(process, call, linked.Token);
        }
        catch (OperationCanceledException)
            when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new InfrastructureException(
                $"git {call.Arguments[0]} took longer than {options.Tests.GitTimeoutSeconds} s"
            );
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                // Who removes what it wrote must not meet it still at work.
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>Runs a call whose output is small and is refused over <paramref name="bytesMax"/>.</summary>
    public async Task<(GitExit Exit, byte[] Output)> ReadAsync(
        GitCall call,
        int bytesMax,
        CancellationToken ct
    )
    {
        using var output = new MemoryStream();
        var exit = await RunAsync(
            call with
            {
                Output = async (stream, token) =>
                {
                    var buffer = new byte[64 << 10];
                    for (int read; (read = await stream.ReadAsync(buffer, token)) > 0; )
                    {
                        if (output.Length + read > bytesMax)
                            throw new NotReproducibleException(
                                $"git {call.Arguments[0]} gives more than {bytesMax} bytes"
                            );
                        output.Write(buffer, 0, read);
                    }
                },
            },
            ct
        );
        return (exit, output.ToArray());
    }

    private async Task<GitExit> ExchangeAsync(Process process, GitCall call, CancellationToken ct)
    {
        var errors = ReadErrorsAsync(process.StandardError, ct);
        var input = WriteInputAsync(process.StandardInput, call.Input, ct);
        if (call.Output is not null)
            await call.Output(process.StandardOutput.BaseStream, ct);
        await process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct);
        await input;
        var text = await errors;
        await process.WaitForExitAsync(ct);
        if (text.Contains("No space left on device", StringComparison.Ordinal))
            throw new InfrastructureException("git found no space left on this machine");
        if (text.Contains("attempting to allocate", StringComparison.Ordinal))
            throw new NotReproducibleException(
                $"git {call.Arguments[0]} needs more than {options.Tests.GitAllocationBytesMax} bytes for one object"
            );
        return new GitExit(process.ExitCode, RemoteUrl.Redact(text));
    }

    private static async Task WriteInputAsync(
        StreamWriter input,
        Func<Stream, CancellationToken, Task>? write,
        CancellationToken ct
    )
    {
        await using (input)
        {
            try
            {
                if (write is not null)
                    await write(input.BaseStream, ct);
            }
            catch (IOException)
            {
                // Git ended before it read everything; its exit code says why.
            }
        }
    }

    private static async Task<string> ReadErrorsAsync(StreamReader errors, CancellationToken ct)
    {
        var kept = new StringBuilder();
        var buffer = new char[4096];
        for (int read; (read = await errors.ReadAsync(buffer, ct)) > 0; )
        {
            kept.Append(buffer, 0, read);
            if (kept.Length > ErrorCharsMax)
                kept.Remove(0, kept.Length - ErrorCharsMax);
        }
        return kept.ToString().Trim();
    }

    private Process Start(GitCall call)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = call.Directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in Settings)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }
        foreach (var argument in call.Arguments)
            start.ArgumentList.Add(argument);
        SetEnvironment(start.Environment, call);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failed)
        {
            throw new InfrastructureException("git cannot be started on this machine", failed);
        }
    }

    private void SetEnvironment(IDictionary<string, string?> environment, GitCall call)
    {
        var inherited = InheritedVariables
            .Where(environment.ContainsKey)
            .ToDictionary(name => name, name => environment[name]);
        environment.Clear();
        foreach (var (name, value) in inherited)
            environment[name] = value;
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_ASKPASS"] = "";
        environment["SSH_ASKPASS"] = "";
        environment["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=20";
        environment["GIT_ALLOW_PROTOCOL"] = call.Protocols;
        environment["GIT_PROTOCOL_FROM_USER"] = "0";
        environment["GIT_ALLOC_LIMIT"] = options.Tests.GitAllocationBytesMax.ToString(
            CultureInfo.InvariantCulture
        );
        environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        environment["GIT_NO_LAZY_FETCH"] = "1";
        environment["GIT_LFS_SKIP_SMUDGE"] = "1";
        environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(call.Directory);
        environment["LC_ALL"] = "C";
    }
}
