using System.Diagnostics;
using System.Globalization;
using System.Text;
using Datacurve.Core;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// Finds the processes of a sandbox in <c>/proc</c> by the mark in their arguments, and ends them through
/// the first process of their pid namespace: when that goes, the kernel takes all others with it.
/// </summary>
internal static class LocalProcesses
{
    private static readonly TimeSpan KillMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>The mark of all sandboxes of a job; that of one run has more behind it.</summary>
    public static string Mark(Guid qaJobId) => $"datacurve-job-{qaJobId:N}";

    public static IReadOnlyList<int> Find(string mark)
    {
        var wanted = Encoding.ASCII.GetBytes(mark);
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid)
                && Read($"{folder}/cmdline").AsSpan().IndexOf(wanted) >= 0
            )
                found.Add(pid);
        }
        return found;
    }

    /// <summary>Returns how many processes there were, when none is left.</summary>
    public static async Task<int> KillAsync(string mark, TimeProvider time)
    {
        var since = time.GetTimestamp();
        var first = Find(mark);
        for (var left = first; left.Count > 0; left = Find(mark))
        {
            if (time.GetElapsedTime(since) > KillMax)
                throw new InfrastructureException(
                    $"{Quantity.Of(left.Count, "process", "processes")} of a sandbox cannot be killed"
                );
            // The one that waits for the namespace goes by itself once the namespace is empty.
            var inside = left.Where(IsInNamespace).ToList();
            foreach (var pid in inside.Count > 0 ? inside : left)
                Kill(pid);
            await Task.Delay(PollEvery, time);
        }
        return first.Count;
    }

    /// <summary>Whether a process and all that descend from it hold more memory than this.</summary>
    public static bool HoldMoreThan(long bytesMax, int pid)
    {
        // Cheap, but counts a page that forks share once for each of them; where that is too much, the
        // kernel is asked for every process's fair share.
        var family = Family(pid);
        return family.Sum(ResidentBytes) > bytesMax && family.Sum(ShareBytes) > bytesMax;
    }

    private static List<int> Family(int pid)
    {
        List<int> family = [pid];
        for (var i = 0; i < family.Count; i++)
            family.AddRange(Children(family[i]));
        return family;
    }

    private static long ResidentBytes(int pid)
    {
        var pages = Encoding.ASCII.GetString(Read($"/proc/{pid}/statm")).Split(' ');
        return pages.Length > 1
            ? long.Parse(pages[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize
            : 0;
    }

    private static long ShareBytes(int pid)
    {
        var lines = Encoding.ASCII.GetString(Read($"/proc/{pid}/smaps_rollup")).Split('\n');
        var share = lines.FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return share is null
            ? ResidentBytes(pid)
            : long.Parse(share["Pss:".Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024;
    }

    private static IEnumerable<int> Children(int pid)
    {
        var threads = $"/proc/{pid}/task";
        if (!Directory.Exists(threads))
            yield break;
        string[] folders;
        try
        {
            folders = Directory.GetDirectories(threads);
        }
        catch (IOException)
        {
            yield break;
        }
        foreach (var folder in folders)
        {
            var children = Encoding.ASCII.GetString(Read($"{folder}/children"));
            foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                yield return int.Parse(child, CultureInfo.InvariantCulture);
        }
    }

    private static bool IsInNamespace(int pid)
    {
        var status = Encoding.UTF8.GetString(Read($"/proc/{pid}/status"));
        var line = status.Split('\n').FirstOrDefault(l => l.StartsWith("NSpid:", StringComparison.Ordinal));
        return line is not null && line.EndsWith("\t1", StringComparison.Ordinal);
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    // A process can end between being listed and being read.
    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
