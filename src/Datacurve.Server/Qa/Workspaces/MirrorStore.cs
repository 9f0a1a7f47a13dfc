using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// Bare copies of remote repositories under the work path, one per address, fetched into only when a commit
/// is missing. One process at a time works in a mirror.
/// </summary>
internal sealed class MirrorStore(
    Options options,
    GitCommand git,
    TimeProvider time,
    ILogger<MirrorStore> log
)
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(200);

    private static readonly EnumerationOptions EveryFile = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
    };

    private readonly GitTree _trees = new(git);

    /// <summary>The full hash of a commit of the remote.</summary>
    /// <inheritdoc cref="ExportAsync" path="/exception"/>
    public async Task<string> ResolveAsync(RemoteUrl url, string commit, CancellationToken ct)
    {
        var (mirror, held) = await OpenAsync(url, ct);
        using (held)
            return await EnsureAsync(mirror, url, commit, ct);
    }

    /// <summary>Writes the tree of a commit of the remote.</summary>
    /// <exception cref="NotReproducibleException">The remote does not have the commit, or it is
    /// refused.</exception>
    /// <exception cref="InfrastructureException">The remote cannot be reached.</exception>
    public async Task ExportAsync(RemoteUrl url, string commit, TreeWriter tree, CancellationToken ct)
    {
        var (mirror, held) = await OpenAsync(url, ct);
        using (held)
            await _trees.ExportAsync(mirror, await EnsureAsync(mirror, url, commit, ct), tree, ct);
    }

    private async Task<(string Mirror, IDisposable Held)> OpenAsync(RemoteUrl url, CancellationToken ct)
    {
        var root = OwnFolder.Make(Path.Combine(options.WorkPath, "mirrors")).FullName;
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.Value)))[..32];
        CacheFolder.EvictOldest(root, options.Tests.BaseCacheMax, keep: key);

        // Whoever holds it may be fetching, and then exporting.
        var patience = TimeSpan.FromSeconds(3 * options.Tests.GitTimeoutSeconds);
        var held = await FileLock.AcquireAsync(
            CacheFolder.LockOf(root, key),
            exclusive: true,
            patience,
            time,
            ct
        );
        try
        {
            var mirror = Path.Combine(root, key);
            if (!File.Exists(Path.Combine(mirror, "HEAD")))
                await InitAsync(mirror, ct);
            CacheFolder.Touch(root, key, time);
            return (mirror, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private async Task InitAsync(string mirror, CancellationToken ct)
    {
        Directory.CreateDirectory(mirror);
        var exit = await git.RunAsync(
            new GitCall { Directory = mirror, Arguments = ["init", "--quiet", "--bare", "--template=", "."] },
            ct
        );
        if (exit.Code != 0)
            throw new InfrastructureException($"git cannot make a mirror: {exit.Errors}");
    }

    private async Task<string> EnsureAsync(string mirror, RemoteUrl url, string commit, CancellationToken ct)
    {
        // A name may have moved since; a hash cannot.
        var mayMove = !commit.All(char.IsAsciiHexDigit);
        if (!mayMove && await _trees.ResolveAsync(mirror, commit, ct) is { } known)
            return known;
        // Also what fetches left that were ended.
        if (BytesIn(mirror) > options.Tests.MirrorBytesMax)
        {
            Directory.Delete(mirror, recursive: true);
            await InitAsync(mirror, ct);
        }

        // The commit alone, without its history and without what came after it, where the remote gives that.
        if (
            GitTree.IsFullHash(commit)
            && await FetchAsync(mirror, url, ["--depth=1"], [commit], ct) is { Code: 0 }
        )
            if (await _trees.ResolveAsync(mirror, commit, ct) is { } fetched)
                return fetched;

        string[] depth = File.Exists(Path.Combine(mirror, "shallow")) ? ["--unshallow"] : [];
        var exit = await FetchAsync(
            mirror,
            url,
            [.. depth, "--prune"],
            ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"],
            ct
        );
        if (exit.Code != 0)
            throw new InfrastructureException($"{url.Display} cannot be fetched: {LastLine(exit.Errors)}");
        return await _trees.ResolveAsync(mirror, commit, ct)
            ?? throw new NotReproducibleException($"{url.Display} does not have the commit_base {commit}");
    }

    private async Task<GitExit> FetchAsync(
        string mirror,
        RemoteUrl url,
        IEnumerable<string> fetchOptions,
        IEnumerable<string> refs,
        CancellationToken ct
    )
    {
        var start = time.GetTimestamp();
        var call = new GitCall
        {
            Directory = mirror,
            Arguments =
            [
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
                .. fetchOptions,
                "--",
                url.Value,
                .. refs,
            ],
            Protocols = url.Protocol,
        };
        if (await RunBoundedAsync(call, ct) is not { } exit)
        {
            Directory.Delete(mirror, recursive: true);
            throw new NotReproducibleException(
                $"{url.Display} sends over {options.Tests.MirrorBytesMax} bytes for the commit_base"
            );
        }
        Log.Fetched(log, url.Display, exit.Code, (long)time.GetElapsedTime(start).TotalMilliseconds);
        return exit;
    }

    /// <summary>Runs git; null where it wrote more than a fetch may, which ends it.</summary>
    private async Task<GitExit?> RunBoundedAsync(GitCall call, CancellationToken ct)
    {
        var bytesMax = BytesIn(call.Directory) + options.Tests.MirrorBytesMax;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = git.RunAsync(call, ending.Token);
        while (await Task.WhenAny(running, Task.Delay(WatchEvery, time, ct)) != running)
            if (BytesIn(call.Directory) > bytesMax)
                await ending.CancelAsync();
        try
        {
            var exit = await running;
            return BytesIn(call.Directory) > bytesMax ? null : exit;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private static long BytesIn(string folder)
    {
        var bytes = 0L;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", EveryFile))
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                // Git has given it another name, or removed it.
            }
        return bytes;
    }

    private static string LastLine(string errors) => errors.Split('\n')[^1];
}
