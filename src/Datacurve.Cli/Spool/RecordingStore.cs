using System.Security.Cryptography;
using System.Text;
using Datacurve.Cli.Spool.Control;

namespace Datacurve.Cli.Spool;

/// <summary>
/// All recordings of this user: <c>$XDG_DATA_HOME/datacurve/recordings</c>, or under
/// <c>~/.local/share</c>. Also holds that one repository has one recorder.
/// </summary>
internal sealed class RecordingStore(string root, SpoolOptions options, TimeProvider time)
{
    public string Root => root;

    /// <exception cref="RecordingException">A setting is wrong, or there is no home folder.</exception>
    public static RecordingStore OfUser() =>
        new(
            Path.Combine(UserFolders.Data(), "recordings"),
            SpoolOptions.FromEnvironment(),
            TimeProvider.System
        );

    /// <summary>Starts a recording of a repository.</summary>
    /// <exception cref="RecordingHeldException">The repository is being recorded.</exception>
    public Recording Create(NewRecording recording)
    {
        var now = time.GetUtcNow();
        var id = $"{now:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
        var repositoryLock = LockRepository(recording.RepositoryRoot, id);
        var files = new RecordingFolder(Path.Combine(root, id));
        var key = Cleansing.NewKey();
        var manifest = new RecordingManifest
        {
            RedactionKey = key,
            RecordingId = id,
            CreatedAtMs = now.ToUnixTimeMilliseconds(),
            RepositoryRoot = recording.RepositoryRoot,
            IsImported = recording.IsImported,
            Trace = RecordingFolder.ToJson(new Cleansing(key).Trace(recording.Trace)),
        };
        files.Create(manifest);
        return Hold(files, manifest, repositoryLock);
    }

    /// <summary>Goes on with a recording, as the one recorder of its repository.</summary>
    /// <exception cref="RecordingHeldException">It, or its repository, is held by another process.</exception>
    public Recording Continue(string id)
    {
        var (files, manifest) = Find(id);
        return Hold(files, manifest, LockRepository(manifest.RepositoryRoot, manifest.RecordingId));
    }

    /// <summary>Takes a recording that nobody records now, to add to it, change it or send it.</summary>
    /// <exception cref="RecordingHeldException">Another process holds it.</exception>
    public Recording Open(string id)
    {
        var (files, manifest) = Find(id);
        return Hold(files, manifest, repositoryLock: null);
    }

    /// <summary>A recording by its id or the only beginning of it, without holding it.</summary>
    /// <exception cref="RecordingException">There is none, or the beginning fits several.</exception>
    public (RecordingFolder Files, RecordingManifest Manifest) Find(string id)
    {
        var found = List()
            .Where(entry => entry.Manifest.RecordingId.StartsWith(id, StringComparison.Ordinal))
            .ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new RecordingException(
                $"There is no recording {id}. `datacurve status --all` lists those there are, also damaged ones."
            ),
            _ => throw new RecordingException($"{id} fits {found.Count} recordings; write more of it."),
        };
    }

    /// <summary>
    /// Every recording that says what it is of, the newest first, without holding any.
    /// </summary>
    public IReadOnlyList<(RecordingFolder Files, RecordingManifest Manifest)> List() =>
        [
            .. from read in Read()
            let manifest = read.Manifest
            where manifest is not null
            orderby manifest.CreatedAtMs descending, manifest.RecordingId descending
            select (read.Files, manifest),
        ];

    /// <summary>The others, with the reason.</summary>
    public IReadOnlyList<(RecordingFolder Files, string Damage)> Damaged() =>
        [.. from read in Read() where read.Damage is not null select (read.Files, read.Damage)];

    private IEnumerable<(RecordingFolder Files, RecordingManifest? Manifest, string? Damage)> Read()
    {
        if (!Directory.Exists(root))
            yield break;
        foreach (var path in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            var files = new RecordingFolder(path);
            RecordingManifest? manifest = null;
            string? damage = null;
            try
            {
                manifest = files.ReadManifest();
            }
            catch (RecordingException e)
            {
                damage = e.Message;
            }
            yield return (files, manifest, damage);
        }
    }

    /// <summary>
    /// The newest recording of the repository that a session can go on with, or null where there is none:
    /// it is not finalized, and was not imported.
    /// </summary>
    public string? Unfinished(string repositoryRoot) =>
        List()
            .Where(entry => entry.Manifest.RepositoryRoot == repositoryRoot && !entry.Manifest.IsImported)
            .FirstOrDefault(entry => entry.Files.IsFinalized() is false)
            .Manifest?.RecordingId;

    private Recording Hold(RecordingFolder files, RecordingManifest manifest, RecordingLock? repositoryLock)
    {
        var held = RecordingLock.TryTake(files.LockPath);
        if (held is null)
        {
            repositoryLock?.Dispose();
            var holder = RecordingLock.HolderOf(files.LockPath);
            throw new RecordingHeldException(
                $"Recording {manifest.RecordingId} is in use by process {holder?.Pid.ToString() ?? "(unknown)"}. "
                    + "Where that is a recorder, type `exit` in its shell to end it; else wait, and try again.",
                holder
            );
        }
        var locks = new RecordingLocks(held, repositoryLock);
        try
        {
            // Only a recorder holds for long enough to be asked something.
            var control = repositoryLock is null ? null : ControlServer.Listen(files.Path);
            held.Say(manifest.RecordingId, control?.Path);
            var recording = new Recording(files, manifest, locks, options, time);
            if (control is not null)
                recording.AnswerCommands(control);
            return recording;
        }
        catch
        {
            locks.Dispose();
            throw;
        }
    }

    private RecordingLock LockRepository(string repositoryRoot, string id)
    {
        var folder = Path.Combine(root, ".repositories");
        DurableFile.CreateFolder(folder);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(repositoryRoot)))[..16];
        var path = Path.Combine(folder, name);
        if (RecordingLock.TryTake(path) is { } taken)
        {
            taken.Say(id, socket: null);
            return taken;
        }
        var holder = RecordingLock.HolderOf(path);
        throw new RecordingHeldException(
            $"{repositoryRoot} is being recorded already, by process {holder?.Pid.ToString() ?? "(unknown)"} "
                + $"(recording {holder?.RecordingId ?? "unknown"}). Type `exit` in its shell to end it; "
                + "`datacurve record` then resumes it.",
            holder
        );
    }
}

/// <summary>What a held recording holds: itself, and its repository where it records.</summary>
internal sealed record RecordingLocks(RecordingLock Recording, RecordingLock? Repository) : IDisposable
{
    public void Dispose()
    {
        Recording.Dispose();
        Repository?.Dispose();
    }
}
