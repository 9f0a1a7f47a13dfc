using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Cli.Commands;

/// <summary>The standard input, where this process was given one.</summary>
internal static class StandardInput
{
    private const int Descriptor = 0;

    /// <summary>
    /// Whether it was closed. Its number is then that of the first file which the runtime opened for itself,
    /// which closes, unlike any that was handed over, where a program is started.
    /// </summary>
    public static bool IsClosed =>
        !OperatingSystem.IsWindows() && PosixCalls.Fcntl(Descriptor, PosixNumbers.GetDescriptorFlags, 0) != 0;

    /// <exception cref="UsageException">It is closed.</exception>
    public static Stream Open() =>
        IsClosed ? throw new UsageException("The standard input is closed.") : Console.OpenStandardInput();

    /// <inheritdoc cref="Open"/>
    public static StreamReader OpenText() => new(Open());
}
