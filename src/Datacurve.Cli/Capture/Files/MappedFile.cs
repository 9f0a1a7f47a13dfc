using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Datacurve.Cli.Capture.Files;

/// <summary>A file as memory that the system reads as it is needed, so that its size is no matter.</summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;

    /// <exception cref="IOException">The file is empty, over 2 GiB or cannot be read.</exception>
    public MappedFile(string path)
    {
        var length = new FileInfo(path).Length;
        if (length is 0 or > int.MaxValue)
            throw new IOException($"{path} has {length} bytes, which cannot be held at once.");
        _length = (int)length;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public override Span<byte> GetSpan() => new(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin() { }

    protected override void Dispose(bool disposing)
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
