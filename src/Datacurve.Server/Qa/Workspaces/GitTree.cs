using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// Writes the tree of one commit to a folder straight from the object store: no checkout and no archive, so
/// no attribute, filter or line-end rule of the repository changes a byte, and nothing of <c>.git</c> comes
/// along.
/// A submodule is an empty folder; a file kept by LFS is its pointer.
/// </summary>
internal sealed partial class GitTree(GitCommand git)
{
    private const int ListBytesMax = 128 << 20;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Whether a commit_base may be handed to git at all: a hash, or a plain name.</summary>
    public static bool IsCommitName(string name) =>
        CommitName().IsMatch(name)
        && !name.Contains("..", StringComparison.Ordinal)
        && !name.Contains("//", StringComparison.Ordinal)
        && !name.EndsWith(".lock", StringComparison.Ordinal);

    /// <summary>Whether a commit name is a full hash and so always means the same commit.</summary>
    public static bool IsFullHash(string name) => name.Length is 40 or 64 && name.All(char.IsAsciiHexDigit);

    /// <summary>The full hash of a commit that this repository holds; null where it does not.</summary>
    public async Task<string?> ResolveAsync(string repository, string commit, CancellationToken ct)
    {
        var (exit, output) = await git.ReadAsync(
            new GitCall
            {
                Directory = repository,
                Arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", commit + "^{commit}"],
            },
            bytesMax: 4096,
            ct
        );
        return exit.Code == 0 ? Encoding.ASCII.GetString(output).Trim() : null;
    }

    /// <exception cref="NotReproducibleException">The tree is unsafe, broken or over a limit.</exception>
    public async Task ExportAsync(string repository, string commit, TreeWriter tree, CancellationToken ct)
    {
        var entries = await ListAsync(repository, commit, ct);
        foreach (var submodule in entries.Where(entry => entry.Mode == "160000"))
            tree.AddFolder(submodule.Path);

        var files = entries.Where(entry => entry.Mode != "160000").ToList();
        var exit = await git.RunAsync(
            new GitCall
            {
                Directory = repository,
                Arguments = ["cat-file", "--batch"],
                Input = (stream, token) => AskAsync(files, stream, token),
                Output = (stream, token) => WriteAsync(files, stream, tree, token),
            },
            ct
        );
        if (exit.Code != 0)
            throw Broken();
    }

    private async Task<List<Entry>> ListAsync(string repository, string commit, CancellationToken ct)
    {
        var (exit, output) = await git.ReadAsync(
            new GitCall
            {
                Directory = repository,
                Arguments = ["ls-tree", "-r", "-z", "--full-tree", commit],
            },
            ListBytesMax,
            ct
        );
        if (exit.Code != 0)
            throw Broken();
        try
        {
            return
            [
                .. Utf8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(Parse),
            ];
        }
        catch (DecoderFallbackException)
        {
            throw new NotReproducibleException("the repository holds a file whose name is not UTF-8");
        }
    }

    // <mode> SP <type> SP <object> TAB <path>
    private static Entry Parse(string line)
    {
        var tab = line.IndexOf('\t');
        var fields = line[..tab].Split(' ');
        return new Entry(fields[0], fields[2], line[(tab + 1)..]);
    }

    private static async Task AskAsync(List<Entry> files, Stream input, CancellationToken ct)
    {
        foreach (var file in files)
            await input.WriteAsync(Encoding.ASCII.GetBytes(file.ObjectId + "\n"), ct);
    }

    private static async Task WriteAsync(
        List<Entry> files,
        Stream output,
        TreeWriter tree,
        CancellationToken ct
    )
    {
        // Not disposed: git's output belongs to the process.
        var objects = new BufferedStream(output, 128 << 10);
        foreach (var file in files)
        {
            var length = ReadHeader(objects);
            if (file.Mode == "120000")
                tree.AddLink(file.Path, await ReadLinkAsync(objects, length, ct));
            else
                await tree.AddFileAsync(file.Path, objects, length, file.Mode == "100755", ct);
            if (objects.ReadByte() != '\n')
                throw Broken();
        }
    }

    // <object> SP <type> SP <size> LF
    private static long ReadHeader(BufferedStream objects)
    {
        var line = new StringBuilder();
        for (int next; (next = objects.ReadByte()) != '\n'; line.Append((char)next))
            if (next < 0 || line.Length > 200)
                throw Broken();
        var fields = line.ToString().Split(' ');
        return
            fields is [_, "blob", var size]
            && long.TryParse(size, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw Broken();
    }

    private static async Task<string> ReadLinkAsync(BufferedStream objects, long length, CancellationToken ct)
    {
        if (length > 4095)
            throw new NotReproducibleException("the repository holds a link without a usable target");
        var target = new byte[length];
        await objects.ReadExactlyAsync(target, ct);
        try
        {
            return Utf8.GetString(target);
        }
        catch (DecoderFallbackException)
        {
            throw new NotReproducibleException("the repository holds a link whose target is not UTF-8");
        }
    }

    private static NotReproducibleException Broken() =>
        new("the repository at commit_base cannot be read whole");

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}$", RegexOptions.None, 1000)]
    private static partial Regex CommitName();

    private sealed record Entry(string Mode, string ObjectId, string Path);
}
