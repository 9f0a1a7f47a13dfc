using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Server.Qa.TestRuns;

/// <summary>
/// What the machine reads of a repository's base: small, well-known files, never through a link.
/// </summary>
internal static class BaseFiles
{
    private const int BytesMax = 16 << 20;
    private const int DepthMax = 4;
    private const int FilesMax = 1_000;

    /// <summary>Files that say which dependencies a set-up installs.</summary>
    private static readonly HashSet<string> LockFiles =
    [
        "Pipfile.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "package.json",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "go.mod",
        "go.sum",
        "Cargo.toml",
        "Cargo.lock",
        "packages.lock.json",
        "Directory.Packages.props",
        "Gemfile.lock",
        "composer.lock",
        "pom.xml",
        "gradle.lockfile",
    ];

    private static readonly HashSet<string> SkippedFolders =
    [
        ".git",
        "node_modules",
        ".venv",
        "venv",
        "target",
    ];

    /// <summary>
    /// A SHA-256 over path and content of every lock file and requirements file, in lower-case hex: the same
    /// where the same dependencies are asked for.
    /// </summary>
    public static string LockHash(string baseDirectory)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = new List<string>();
        Collect(new DirectoryInfo(baseDirectory), DepthMax, files);
        foreach (
            var file in files
                .Select(file => Path.GetRelativePath(baseDirectory, file))
                .Order(StringComparer.Ordinal)
        )
        {
            var content = Read(baseDirectory, file) ?? [];
            hash.AppendData(Encoding.UTF8.GetBytes($"{file}\n{content.Length}\n"));
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// A regular file's content; null where there is none, or one too large to be what it is named.
    /// </summary>
    public static byte[]? Read(string baseDirectory, string path)
    {
        var folder = new DirectoryInfo(baseDirectory);
        foreach (var part in path.Split('/')[..^1])
        {
            folder = new DirectoryInfo(Path.Combine(folder.FullName, part));
            if (!folder.Exists || folder.LinkTarget is not null)
                return null;
        }
        var file = new FileInfo(Path.Combine(baseDirectory, path));
        return file.Exists && file.LinkTarget is null && file.Length <= BytesMax
            ? File.ReadAllBytes(file.FullName)
            : null;
    }

    private static void Collect(DirectoryInfo folder, int depth, List<string> files)
    {
        foreach (
            var entry in folder
                .EnumerateFileSystemInfos()
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
        )
        {
            if (entry.LinkTarget is not null || files.Count == FilesMax)
                continue;
            if (entry is DirectoryInfo inner && depth > 1 && !SkippedFolders.Contains(inner.Name))
                Collect(inner, depth - 1, files);
            else if (entry is FileInfo && IsLockFile(entry.Name))
                files.Add(entry.FullName);
        }
    }

    private static bool IsLockFile(string name) =>
        LockFiles.Contains(name)
        || name.EndsWith(".csproj", StringComparison.Ordinal)
        || (
            name.StartsWith("requirements", StringComparison.Ordinal)
            && name.EndsWith(".txt", StringComparison.Ordinal)
        );
}
