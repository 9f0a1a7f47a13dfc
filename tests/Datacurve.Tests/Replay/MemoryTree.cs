using System.Text;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Replay;

/// <summary>A tree given as a list of files.</summary>
internal sealed class MemoryTree : Dictionary<string, FileState>, IFileTree
{
    public FileState? Find(string path) => this.GetValueOrDefault(path);

    public IEnumerable<string> PathsUnder(string folder) =>
        Keys.Where(path => folder.Length == 0 || path.StartsWith(folder + "/", StringComparison.Ordinal));

    public MemoryTree With(string path, string text, FileMode mode = FileMode.Regular) =>
        With(path, Encoding.UTF8.GetBytes(text), mode);

    public MemoryTree With(string path, byte[] content, FileMode mode = FileMode.Regular)
    {
        this[path] = new FileState(content, mode);
        return this;
    }
}
