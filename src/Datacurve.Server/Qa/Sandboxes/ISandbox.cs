using Datacurve.Server.Storage;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// Runs commands on a workspace, sealed off from the machine and the network. Every implementation passes
/// the same conformance suite; what a kind cannot promise is written in its own remarks.
/// </summary>
internal interface ISandbox
{
    /// <summary><c>docker</c> or <c>local</c>, as stored in the result.</summary>
    string Kind { get; }

    /// <summary>
    /// The image with the setup commands applied, made once per (project, image, commands, lock hash) and
    /// kept.
    /// </summary>
    /// <exception cref="InfrastructureException">No engine, no image, or the machine failed.</exception>
    /// <exception cref="NotReproducibleException">
    /// A setup command failed; its output is in the message.
    /// </exception>
    Task<PreparedImage> PrepareAsync(SandboxSetup setup, CancellationToken ct);

    /// <summary>
    /// Runs one command and brings back what it printed and the reports it wrote. A command that fails,
    /// times out or eats its memory is a result; the sandbox is gone when this returns or throws.
    /// </summary>
    /// <exception cref="InfrastructureException">The sandbox itself failed.</exception>
    /// <exception cref="NotReproducibleException">The workspace is larger than the disk limit.</exception>
    Task<SandboxResult> RunAsync(SandboxRun run, CancellationToken ct);

    /// <summary>Removes what an earlier run of this job left behind when its worker was killed.</summary>
    Task RemoveLeftoversAsync(Guid qaJobId, CancellationToken ct);

    /// <summary>
    /// Removes the images that were prepared for this job, since its repository is in them. Who uses one of
    /// them meanwhile is told to prepare it again.
    /// </summary>
    /// <exception cref="InfrastructureException">The engine failed, or one is in use; try later.</exception>
    Task RemovePreparedAsync(Guid qaJobId, CancellationToken ct);
}

/// <summary>
/// An image as the sandbox knows it, and the digest that pins its content (null where it has none).
/// </summary>
internal sealed record PreparedImage(string Reference, string? Digest)
{
    /// <summary>
    /// The system and the interpreter of this machine, where commands run on them; null where they run in a
    /// container made from the image that was asked for.
    /// </summary>
    public string? Machine { get; init; }
}

/// <summary>What has to stand before the tests run.</summary>
internal sealed record SandboxSetup
{
    public required Guid QaJobId { get; init; }

    /// <summary>Whose repository it is: what a setup makes of it is in no other project's image.</summary>
    public required ProjectId Project { get; init; }
    public required string Image { get; init; }

    /// <summary>Shell commands, run in order in the workspace; may be empty.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    /// <summary>A folder on this machine: the repository at its base, copied in, never changed.</summary>
    public required string WorkspaceDirectory { get; init; }

    /// <summary>
    /// A hash over the repository's lock files, part of the key under which the image is kept.
    /// </summary>
    public required string LockHash { get; init; }
    public required bool NetworkAllowed { get; init; }
    public required SandboxLimits Limits { get; init; }
}

/// <summary>One command on one workspace.</summary>
internal sealed record SandboxRun
{
    public required Guid QaJobId { get; init; }
    public required PreparedImage Image { get; init; }

    /// <summary>A folder on this machine, copied in as <c>/workspace</c>, never changed.</summary>
    public required string WorkspaceDirectory { get; init; }

    /// <summary>A shell line, run by <c>sh -c</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Where the command runs, from the workspace root; empty for the root.</summary>
    public string Workdir { get; init; } = "";

    /// <summary>
    /// The only environment the command sees, with PATH, HOME and the fixed locale and zone.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Absolute paths inside the sandbox of files to bring back, regular files only: a link is never
    /// followed. The folder <c>/reports</c> exists, is empty and can be written.
    /// </summary>
    public IReadOnlyList<string> ReportPaths { get; init; } = [];
    public required SandboxLimits Limits { get; init; }
}

/// <summary>The bounds of one run; each is enforced, and one that is hit shows in the result.</summary>
internal sealed record SandboxLimits
{
    public required TimeSpan Timeout { get; init; }
    public required long MemoryBytes { get; init; }
    public int PidsMax { get; init; } = 512;
    public double Cpus { get; init; } = 2;

    /// <summary>Each of stdout and stderr is cut here.</summary>
    public int OutputBytesMax { get; init; } = 4 << 20;
    public int ReportBytesMax { get; init; } = 32 << 20;

    /// <summary>What the run may write, workspace included.</summary>
    public long DiskBytesMax { get; init; } = 2L << 30;
}

/// <summary>What came of one run. A killed command has the exit code 137.</summary>
internal sealed record SandboxResult
{
    public required int ExitCode { get; init; }
    public required TimeSpan Duration { get; init; }
    public required byte[] Stdout { get; init; }
    public required byte[] Stderr { get; init; }

    /// <summary>The files of <see cref="SandboxRun.ReportPaths"/> that were written.</summary>
    public required IReadOnlyDictionary<string, byte[]> Reports { get; init; }
    public bool TimedOut { get; init; }
    public bool OutOfMemory { get; init; }
    public bool OutputTruncated { get; init; }
}
