using System.Reflection;
using System.Text;

namespace Datacurve.Cli.Demo;

/// <summary>The files of <c>samples/</c>, built into this executable byte for byte.</summary>
internal static class SampleFiles
{
    private const string Prefix = "samples/";

    /// <summary>One file as text.</summary>
    public static string Text(string path) => Encoding.UTF8.GetString(Bytes(Prefix + path));

    /// <summary>
    /// Writes every file under <paramref name="folder"/> below <paramref name="directory"/>.
    /// </summary>
    public static void WriteTo(string directory, string folder)
    {
        foreach (var (name, resource) in Resources())
        {
            if (!name.StartsWith(Prefix + folder + '/', StringComparison.Ordinal))
                continue;
            var path = Path.Combine(directory, name[(Prefix.Length + folder.Length + 1)..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Bytes(resource));
        }
    }

    // A build on Windows names the resources with its own separator.
    private static IEnumerable<(string Name, string Resource)> Resources() =>
        Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Select(resource => (resource.Replace('\\', '/'), resource));

    private static byte[] Bytes(string resource)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not built into this executable");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
