using System.Runtime.InteropServices;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>Size of a terminal in character cells, and in pixels where the terminal says so.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TerminalSize(
    ushort Columns,
    ushort Rows,
    ushort PixelWidth = 0,
    ushort PixelHeight = 0
)
{
    /// <summary>What every terminal had once, for where there is none.</summary>
    public static TerminalSize Usual { get; } = new(80, 24);

    /// <summary>
    /// The size of the terminal behind a descriptor, or null where it is none or does not say.
    /// </summary>
    public static unsafe TerminalSize? Of(int fd)
    {
        var size = default(PosixCalls.WindowSize);
        return
            PosixCalls.Ioctl(fd, PosixNumbers.GetWindowSize, &size) == 0
            && size is { Rows: > 0, Columns: > 0 }
            ? new TerminalSize(size.Columns, size.Rows, size.PixelWidth, size.PixelHeight)
            : null;
    }

    /// <summary>
    /// Sets the size; the kernel tells the programs in the foreground when it has changed.
    /// </summary>
    public unsafe void SetOn(int fd)
    {
        var size = new PosixCalls.WindowSize
        {
            Rows = Rows,
            Columns = Columns,
            PixelWidth = PixelWidth,
            PixelHeight = PixelHeight,
        };
        _ = PosixCalls.Ioctl(fd, PosixNumbers.SetWindowSize, &size);
    }
}
