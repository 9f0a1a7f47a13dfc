using System.Runtime.InteropServices;
using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Cli.Rendering;

/// <summary>
/// A standard stream to write to, unbuffered. The framework's own put a terminal into another mode with their
/// first byte, in which a shell that runs on it finds it.
/// </summary>
internal sealed class StandardStream : Stream
{
    private readonly int _descriptor;

    private StandardStream(int descriptor) => _descriptor = descriptor;

    public static Stream Output =>
        OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStream(1);

    public static Stream Errors =>
        OperatingSystem.IsWindows() ? Console.OpenStandardError() : new StandardStream(2);

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes all of it; nothing where nobody reads any more.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Descriptors.WriteAll(_descriptor, buffer, stop: -1))
            return;
        var error = Marshal.GetLastPInvokeError();
        if (error != PosixNumbers.ErrorPipe)
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
