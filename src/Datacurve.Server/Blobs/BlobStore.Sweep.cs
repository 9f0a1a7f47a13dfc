namespace Datacurve.Server.Blobs;

/// <summary>What uploads leave that did not end.</summary>
internal abstract partial class BlobStore
{
    /// <summary>
    /// Deletes what killed uploads left; what a living process works on, here or on another machine, stays.
    /// </summary>
    /// <returns>How many went.</returns>
    public virtual Task<int> SweepAsync(CancellationToken ct) => Task.FromResult(SweepTemporary());

    /// <summary>What a sweep would delete, and what it will when it is old enough.</summary>
    public virtual IAsyncEnumerable<string> LeftoversAsync(CancellationToken ct) =>
        Abandoned().ToAsyncEnumerable();

    private int SweepTemporary()
    {
        var swept = 0;
        foreach (var path in Temporaries())
            swept += WhileUnlocked(path, File.Delete) ? 1 : 0;
        return swept;
    }

    /// <summary>
    /// A look takes the lock for a moment, which a file that is just being made would miss.
    /// </summary>
    private IEnumerable<string> Abandoned() =>
        Temporaries()
            .Where(path => time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(path) > LookMin)
            .Where(path => WhileUnlocked(path, _ => { }));

    private string[] Temporaries() => Directory.Exists(temporary) ? Directory.GetFiles(temporary) : [];

    private static bool WhileUnlocked(string path, Action<string> act)
    {
        try
        {
            using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                act(path);
            return true;
        }
        catch (IOException)
        {
            // In use, or gone already: either way it is not left over.
            return false;
        }
    }
}
