using System.Diagnostics;

namespace Datacurve.Tests.Simulation;

/// <summary>A disk of so many bytes, for those alone who are started on it. It goes with the test.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Script = "mount -t tmpfs -o size=$1 tmpfs \"$2\"; echo made; exec cat";

    private readonly ScratchFolder _folder = new();
    private readonly Process _holder;

    private SmallDisk(int bytes)
    {
        string[] mount = ["--user", "--map-root-user", "--mount", "sh", "-euc", Script, "sh"];
        // It lives as long as its input is open, and the disk as long as somebody lives on it.
        _holder = Process.Start(
            new ProcessStartInfo("unshare", [.. mount, $"{bytes}", Path])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
    }

    /// <summary>Where it is for those who are on it.</summary>
    public string Path => _folder.Path;

    private string Filler => Seen(Of("filler"));

    public static async Task<SmallDisk> MakeAsync(int bytes)
    {
        var disk = new SmallDisk(bytes);
        var said = await disk._holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Equal("made", said);
        return disk;
    }

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A path on it as the test sees it.</summary>
    public string Seen(string path) => $"/proc/{_holder.Id}/root{path}";

    /// <summary>The command that runs a command on it.</summary>
    public string[] On(params string[] command) =>
        ["nsenter", $"--target={_holder.Id}", "--user", "--mount", "--preserve-credentials", .. command];

    /// <summary>The same, as somebody who is not root there: PostgreSQL refuses to run as root.</summary>
    public string[] OnAsNobody(params string[] command) =>
        On(["unshare", "--user", "--map-user=1", "--map-group=1", .. command]);

    /// <summary>Leaves not one block free.</summary>
    public void Fill()
    {
        using var file = File.OpenHandle(Filler, FileMode.Append, FileAccess.Write);
        var (page, at) = (new byte[Environment.SystemPageSize], RandomAccess.GetLength(file));
        try
        {
            for (; ; at += page.Length)
                RandomAccess.Write(file, page, at);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> has taken.</summary>
    public void Clear() => File.Delete(Filler);

    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
        _folder.Dispose();
    }
}
