using System.Text;

namespace Datacurve.Tests.Cli.Capture;

/// <content>Names, files and content, chosen to be awkward.</content>
internal sealed partial class RandomSession
{
    private static readonly string[] Folders =
    [
        "",
        "src",
        "src/deep/er",
        "docs d",
        "naïve",
        "node_modules/x",
        "build",
    ];
    private static readonly string[] Names =
    [
        "a.py",
        "b c.txt",
        "\"q\".md",
        "new\nline",
        "ünï.cs",
        "d.bin",
        "e.log",
        "src",
        "f",
        "-g",
        "x~",
        ".h.swp",
    ];

    private string AnyPath()
    {
        var folder = Folders[random.Next(Folders.Length)];
        var name = Names[random.Next(Names.Length)];
        return folder.Length == 0 ? name : $"{folder}/{name}";
    }

    private string? AnyFile()
    {
        var files = Directory
            .EnumerateFiles(
                repository.Root,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    AttributesToSkip = FileAttributes.ReparsePoint,
                }
            )
            .Select(path => Path.GetRelativePath(repository.Root, path))
            .Where(path => !path.Split('/').Contains(".git") && Path.GetFileName(path) != "pipe")
            .Order(StringComparer.Ordinal)
            .ToList();
        return files.Count == 0 ? null : files[random.Next(files.Count)];
    }

    private byte[] AnyContent()
    {
        var lines = string.Concat(
            Enumerable
                .Range(0, random.Next(40))
                .Select(_ => $"line {random.Next(12)}{(random.Next(5) == 0 ? "\r\n" : "\n")}")
        );
        return random.Next(9) switch
        {
            0 => [],
            1 => [0, 1, 2, (byte)random.Next(255), .. new byte[random.Next(2000)]],
            2 => Encoding.Latin1.GetBytes(lines + "é\u00fc"),
            3 => Encoding.Unicode.GetBytes(lines),
            4 => Encoding.UTF8.GetBytes(lines + "no newline"),
            5 => Encoding.UTF8.GetBytes(lines.Replace("\n", "\r\n", StringComparison.Ordinal)),
            _ => Encoding.UTF8.GetBytes(lines),
        };
    }
}
