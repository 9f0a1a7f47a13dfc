namespace Datacurve.Cli.Rendering;

/// <summary>Sizes for people, in binary units.</summary>
internal static class Sizes
{
    public static string Text(long bytes) =>
        bytes switch
        {
            < 1L << 10 => $"{bytes} B",
            < 1L << 20 => $"{bytes / 1024.0:0.0} KiB",
            < 1L << 30 => $"{bytes / 1048576.0:0.0} MiB",
            _ => $"{bytes / 1073741824.0:0.0} GiB",
        };
}
