namespace Datacurve.Cli.Commands;

/// <summary>What the exit codes of every command mean.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A check failed, or the service refused what was asked.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, or something that is needed cannot be reached.</summary>
    public const int CannotStart = 2;

    /// <summary>Ended by Ctrl-C: 128 and the number of SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
