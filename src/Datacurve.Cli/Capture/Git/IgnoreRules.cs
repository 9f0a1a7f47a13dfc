using System.Diagnostics;
using System.Text;

namespace Datacurve.Cli.Capture.Git;

/// <summary>
/// Which files git ignores, asked of git itself: one process answers for the whole session. What is tracked
/// is not ignored whatever the rules say, and what editors put beside a file while it is open is.
/// Not thread-safe.
/// </summary>
internal sealed class IgnoreRules : IAsyncDisposable
{
    private const int AskedAtOnce = 500;
    private const int ErrorCharsMax = 2000;

    // A name that begins with a colon would be taken for more than a name.
    private const string Here = "./";

    private static readonly string[] Refusals =
    [
        "beyond a symbolic link",
        "is in submodule",
        "outside repository",
    ];

    private readonly GitReader _git;
    private readonly string _exclude;
    private readonly RulePipes _pipes;
    private Process? _process;
    private Task<string> _errors = Task.FromResult("");
    private HashSet<string> _tracked = [];
    private HashSet<string> _trackedFolders = [];

    private IgnoreRules(Repository repository, GitReader git, Action<string> warn)
    {
        (_git, _exclude) = (git, repository.ExcludePath);
        _pipes = new RulePipes(repository.Root, warn);
    }

    /// <summary>Tracked files that the rules would ignore.</summary>
    public IReadOnlySet<string> TrackedAnyway => _tracked;

    /// <summary>
    /// Folders that the index has as submodules, whether anything is checked out in them or not: what lies in
    /// them is theirs.
    /// </summary>
    public IReadOnlySet<string> Submodules { get; private set; } = new HashSet<string>();

    /// <summary>Git with these rules, for calls that list files by them.</summary>
    public GitReader Git => _git;

    /// <summary>Knows nothing that is tracked before <see cref="ReloadTrackedAsync"/>.</summary>
    /// <param name="repository">Whose rules.</param>
    /// <param name="folder">Where the rules for editors' files are written.</param>
    /// <param name="warn">Told, once for each, where rules cannot be read; a sentence for the developer.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<IgnoreRules> OpenAsync(
        Repository repository,
        string folder,
        Action<string> warn,
        CancellationToken ct
    )
    {
        var written = await UserRules.WriteAsync(repository.Git, folder, warn, ct);
        return new IgnoreRules(repository, repository.Git.With($"core.excludesFile={written}"), warn);
    }

    /// <summary>
    /// What git answers by the rules above these files. It waits at no pipe in the place of these, nor at one
    /// that comes to lie there meanwhile.
    /// </summary>
    public Task<T> AnswerAsync<T>(Func<Task<T>> ask, IEnumerable<string> files)
    {
        Hold();
        return RulePipes.HoldingAsync(ask(), Hold);

        void Hold()
        {
            _pipes.Hold(_exclude);
            var folders = new HashSet<string>();
            foreach (var file in files)
                _pipes.HoldAbove(file, folders);
        }
    }

    /// <summary>Reads the rules anew at the next question, since they changed.</summary>
    public ValueTask ForgetAsync() => EndAsync();

    /// <summary>
    /// Reads anew which ignored files are tracked, and which folders are submodules. Returns the files that
    /// were tracked so or are so now, not both.
    /// </summary>
    public async Task<IReadOnlyList<string>> ReloadTrackedAsync(CancellationToken ct)
    {
        var before = _tracked;
        _pipes.Hold(_exclude);
        // What is asked next starts beside them.
        Started();
        var folders = new HashSet<string>();
        // It reads no rules, and holds the pipes beside what it comes by.
        var submodules = ReadIndexAsync(folders, ct);
        var tracked = RulePipes.HoldingAsync(
            _git.ReadListAsync(ct, "ls-files", "-z", "--cached", "--ignored", "--exclude-standard"),
            HoldAll
        );
        await Task.WhenAll(submodules, tracked);
        (_tracked, Submodules) = ([.. await tracked], await submodules);
        _trackedFolders = [.. _tracked.SelectMany(Datacurve.Core.Replay.RepoPath.Ancestors)];
        return [.. before.Except(_tracked), .. _tracked.Except(before)];

        void HoldAll()
        {
            if (!submodules.IsCompleted)
                return;
            _pipes.Hold(_exclude);
            foreach (var folder in folders)
                _pipes.HoldIn(folder);
        }
    }

    /// <summary>Of the given files, those that are ignored.</summary>
    public Task<IReadOnlySet<string>> IgnoredOfAsync(
        IReadOnlyCollection<string> files,
        CancellationToken ct
    ) => AskAsync(files.Where(file => !_tracked.Contains(file)), ct);

    /// <summary>Of the given folders, those that are ignored and hold nothing that is tracked.</summary>
    public Task<IReadOnlySet<string>> IgnoredFoldersOfAsync(
        IReadOnlyCollection<string> folders,
        CancellationToken ct
    ) => AskAsync(folders.Where(folder => !_trackedFolders.Contains(folder)), ct);

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _pipes.Dispose();
    }

    // The whole index is gone through, and not held.
    private async Task<HashSet<string>> ReadIndexAsync(HashSet<string> folders, CancellationToken ct)
    {
        var submodules = new HashSet<string>();
        await _git.ReadEachAsync(Take, ct, "ls-files", "--stage", "-z");
        return submodules;

        // <mode> SP <object> SP <stage> TAB <path>
        void Take(string entry)
        {
            var path = entry[(entry.IndexOf('\t') + 1)..];
            _pipes.HoldAbove(path, folders);
            if (entry.StartsWith("160000 ", StringComparison.Ordinal))
                submodules.Add(path);
        }
    }

    private async Task<IReadOnlySet<string>> AskAsync(IEnumerable<string> paths, CancellationToken ct)
    {
        var ignored = new HashSet<string>();
        foreach (var chunk in paths.Chunk(AskedAtOnce))
            await AskAsync(chunk, ignored, ct);
        return ignored;
    }

    private async Task AskAsync(string[] paths, HashSet<string> ignored, CancellationToken ct)
    {
        try
        {
            foreach (var path in await ExchangeAsync(paths, ct))
                ignored.Add(path);
        }
        catch (IOException)
        {
            // Git ends at a path that has meanwhile come to lie behind a link or in a submodule. Neither is
            // recorded; the others are asked again.
            var errors = await ErrorsOfEndedAsync();
            if (paths.Length > 1)
                foreach (var half in paths.Chunk((paths.Length + 1) / 2))
                    await AskAsync(half, ignored, ct);
            else if (Refusals.Any(refusal => errors.Contains(refusal, StringComparison.Ordinal)))
                ignored.Add(paths[0]);
            else
                throw new GitException($"git cannot say what is ignored: {errors}");
        }
    }

    private async Task<string> ErrorsOfEndedAsync()
    {
        try
        {
            _process!.StandardInput.Close();
        }
        catch (IOException)
        {
            // It had ended before it was asked.
        }
        var errors = await _errors;
        await EndAsync();
        return errors.Trim();
    }

    private async Task<List<string>> ExchangeAsync(string[] paths, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(_git.Timeout);
        try
        {
            return await AnswerAsync(() => ExchangeAsync(Started(), paths, timeout.Token), paths);
        }
        catch (OperationCanceledException)
        {
            // The answers that are still to come would be taken for those of the next question.
            await EndAsync();
            ct.ThrowIfCancellationRequested();
            throw new GitException($"git took longer than {_git.Timeout.TotalSeconds} s.");
        }
    }

    private Process Started()
    {
        if (_process is null)
        {
            _process = _git.Start("check-ignore", "--stdin", "-z", "-v", "-n", "--no-index");
            _errors = LastOfAsync(_process.StandardError);
        }
        return _process;
    }

    // Read all the time, since a git that warns of every folder would wait for a reader.
    private static async Task<string> LastOfAsync(StreamReader errors)
    {
        var (last, buffer) = ("", new char[4096]);
        try
        {
            for (int read; (read = await errors.ReadAsync(buffer)) > 0; )
            {
                last += new string(buffer, 0, read);
                last = last[^Math.Min(last.Length, ErrorCharsMax)..];
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException)
        {
            // The process was let go.
        }
        return last;
    }

    private static async Task<List<string>> ExchangeAsync(
        Process process,
        string[] paths,
        CancellationToken ct
    )
    {
        var question = Encoding.UTF8.GetBytes(string.Concat(paths.Select(path => $"{Here}{path}\0")));
        var writing = WriteAsync(process.StandardInput.BaseStream, question, ct);
        var ignored = new List<string>();
        var answers = process.StandardOutput.BaseStream;
        var text = new NulTexts(answers);
        for (var answer = 0; answer < paths.Length; answer++)
        {
            // Source, line, pattern and path; an empty pattern is none, one with "!" takes back.
            await text.NextAsync(ct);
            await text.NextAsync(ct);
            var pattern = await text.NextAsync(ct);
            var path = await text.NextAsync(ct);
            if (pattern.Length > 0 && pattern[0] != '!')
                ignored.Add(path[Here.Length..]);
        }
        await writing;
        return ignored;
    }

    private static async Task WriteAsync(Stream input, byte[] question, CancellationToken ct)
    {
        await input.WriteAsync(question, ct);
        await input.FlushAsync(ct);
    }

    private async ValueTask EndAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        try
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
        process.Dispose();
    }
}
