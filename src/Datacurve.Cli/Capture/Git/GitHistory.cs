using System.Globalization;
using System.Text;
using Datacurve.Cli.Capture.Files;

namespace Datacurve.Cli.Capture.Git;

/// <summary>Where HEAD is; no branch where it is detached.</summary>
internal sealed record GitHead(string? Branch, string Commit);

/// <summary>A commit that was made in this working tree, and when by git's own log.</summary>
internal sealed record MadeCommit(string Sha, string Message, IReadOnlyList<string> Parents, long TsMs);

/// <summary>
/// Follows HEAD by git's log of it, which names every commit also where a rebase makes many at once; where
/// that log is turned off, by what lies between the last HEAD and this one. Not thread-safe.
/// </summary>
internal sealed class GitHistory(Repository repository, CaptureLimits limits)
{
    private const int LogBytesMax = 8 << 20;
    private const int LogTailBytes = 4 << 10;

    // What a rebase threw away and git then removed is never found.
    private const int TriesMax = 20;

    // What git writes into its log where a commit is made. A checkout, a reset or a pull that fast-forwards
    // makes none.
    private static readonly string[] Making =
    [
        "commit",
        "cherry-pick",
        "revert",
        "am",
        "rebase (pick)",
        "rebase (reword)",
        "rebase (edit)",
        "rebase (squash)",
        "rebase (fixup)",
        "rebase (continue)",
        "rebase (merge)",
    ];

    private readonly HashSet<string> _known = [];

    // Named by the log, and not read yet: objects move while git packs them, and then the next call finds it.
    private readonly List<UnreadCommit> _unread = [];

    // Commits that the log has named, and what was read of it last, by which it is known to be the same log.
    private readonly HashSet<string> _named = [];
    private byte[] _lastLine = [];
    private long _position;

    public GitHead Head { get; private set; } = new(null, "");

    private string LogPath => Path.Combine(repository.GitFolder, "logs", "HEAD");

    /// <summary>
    /// Starts behind a commit: the base, or where an earlier recorder of the same session stopped. What was
    /// made after it is new.
    /// </summary>
    public async Task StartAsync(string since, CancellationToken ct)
    {
        Head = new GitHead(await ReadBranchAsync(ct), since);
        if (!File.Exists(LogPath))
            return;
        using var log = OpenLog();

        // The commit stands at the log's end, unless others were made since.
        foreach (var bytes in (int[])[LogTailBytes, LogBytesMax])
        {
            var entries = ReadFrom(log, Math.Max(0, log.Length - bytes));
            var last = entries.FindLastIndex(entry => entry.New == since);
            if (last < 0 && bytes < Math.Min(log.Length, LogBytesMax))
                continue;
            Pass(last < 0 ? entries : entries[..(last + 1)]);
            return;
        }
    }

    /// <summary>
    /// The commits made since the last call, in order; <see cref="Head"/> is where they led.
    /// </summary>
    public async Task<IReadOnlyList<MadeCommit>> ReadNewAsync(CancellationToken ct)
    {
        var before = Head.Commit;
        Head = await ReadHeadAsync(ct);
        var made = File.Exists(LogPath)
            ? ReadLog().Where(IsMaking).Select(entry => (entry.New, entry.TsMs)).ToList()
            : await WithoutLogAsync(before, ct);
        foreach (var (sha, ts) in made.TakeLast(limits.CommitsMax))
            if (_known.Add(sha))
                _unread.Add(new UnreadCommit(sha, ts, Tries: 0));
        var commits = new List<MadeCommit>();
        foreach (var unread in _unread.ToArray())
        {
            _unread.Remove(unread);
            if (await ReadCommitAsync(unread.Sha, unread.TsMs, ct) is { } commit)
                commits.Add(commit);
            else if (unread.Tries < TriesMax)
                _unread.Add(unread with { Tries = unread.Tries + 1 });
        }
        return commits;
    }

    /// <summary>Passes over the commits made since the last call.</summary>
    public async Task SkipNewAsync(CancellationToken ct)
    {
        await ReadNewAsync(ct);
        _unread.Clear();
    }

    private async Task<GitHead> ReadHeadAsync(CancellationToken ct)
    {
        var commit = await repository.Git.TryReadTextAsync(ct, "rev-parse", "--verify", "--quiet", "HEAD");
        return new GitHead(await ReadBranchAsync(ct), commit ?? Head.Commit);
    }

    private async Task<string?> ReadBranchAsync(CancellationToken ct)
    {
        const string onBranch = "ref: refs/heads/";
        var head = await ReadTextAsync(Path.Combine(repository.GitFolder, "HEAD"), ct);
        return head.StartsWith(onBranch, StringComparison.Ordinal) ? head[onBranch.Length..].Trim() : null;
    }

    private static async Task<string> ReadTextAsync(string path, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllTextAsync(path, ct);
        }
        catch (IOException)
        {
            // Git replaces it at this moment; the next hint reads it.
            return "";
        }
    }

    private static bool IsMaking(LogEntry entry) =>
        Making.Any(making =>
            entry.Message.StartsWith(making, StringComparison.Ordinal)
            && (entry.Message.Length == making.Length || entry.Message[making.Length] is ':' or ' ')
        ) || (entry.Message.Contains(": Merge made by", StringComparison.Ordinal));

    private List<LogEntry> ReadLog()
    {
        using var log = OpenLog();
        if (!GoesOn(log))
            return ReadAnew(log);
        var entries = ReadFrom(log, _position);
        Pass(entries);
        return entries;
    }

    // What is behind the last entry that is known, if there is one.
    private List<LogEntry> ReadAnew(FileStream log)
    {
        var entries = ReadFrom(log, 0);
        var known = entries.FindLastIndex(entry => _named.Contains(entry.New));
        Pass(entries);
        return entries[(known + 1)..];
    }

    private FileStream OpenLog() =>
        new(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    // Git may have shortened it, or somebody have made another repository in the place of this one.
    private bool GoesOn(FileStream log)
    {
        if (log.Length < _position)
            return false;
        var line = new byte[_lastLine.Length];
        log.Position = _position - line.Length;
        log.ReadExactly(line);
        return line.AsSpan().SequenceEqual(_lastLine);
    }

    private void Pass(List<LogEntry> entries)
    {
        _named.UnionWith(entries.Select(entry => entry.New));
        (_lastLine, _position) = entries is [.., var last] ? (last.Line, last.End) : (_lastLine, _position);
    }

    private static List<LogEntry> ReadFrom(FileStream log, long position)
    {
        var entries = new List<LogEntry>();
        log.Position = Math.Max(position, log.Length - LogBytesMax);
        var bytes = new byte[log.Length - log.Position];
        var start = log.Position;
        bytes = bytes[..log.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        for (var at = 0; bytes.AsSpan(at).IndexOf((byte)'\n') is var length and >= 0; )
        {
            at += length + 1;
            if (Parse(bytes[(at - length - 1)..at], start + at) is { } entry)
                entries.Add(entry);
        }
        return entries;
    }

    // <old> SP <new> SP <who> SP <seconds> SP <zone> TAB <message>
    private static LogEntry? Parse(byte[] line, long end)
    {
        var text = Encoding.UTF8.GetString(line).TrimEnd('\n');
        var tab = text.IndexOf('\t');
        var fields = (tab < 0 ? text : text[..tab]).Split(' ');
        return
            fields.Length >= 4
            && fields[1].Length is 40 or 64
            && long.TryParse(fields[^2], CultureInfo.InvariantCulture, out var seconds)
            ? new LogEntry(fields[1], seconds * 1000, tab < 0 ? "" : text[(tab + 1)..], line, end)
            : null;
    }

    private async Task<List<(string, long)>> WithoutLogAsync(string before, CancellationToken ct)
    {
        if (before == Head.Commit)
            return [];
        var list = await repository.Git.TryReadTextAsync(
            ct,
            "rev-list",
            "--reverse",
            "--timestamp",
            $"--max-count={limits.CommitsMax}",
            Head.Commit,
            "^" + before
        );
        return
        [
            .. (list ?? "")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' '))
                .Select(fields => (fields[1], 1000 * long.Parse(fields[0], CultureInfo.InvariantCulture))),
        ];
    }

    private async Task<MadeCommit?> ReadCommitAsync(string sha, long tsMs, CancellationToken ct)
    {
        if (await repository.Git.TryReadTextAsync(ct, "cat-file", "commit", sha) is not { } text)
            return null;
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var header = end < 0 ? text : text[..end];
        var parents = header
            .Split('\n')
            .Where(line => line.StartsWith("parent ", StringComparison.Ordinal))
            .Select(line => line["parent ".Length..]);
        return new MadeCommit(sha, end < 0 ? "" : text[(end + 2)..].TrimEnd(), [.. parents], tsMs);
    }

    private sealed record UnreadCommit(string Sha, long TsMs, int Tries);

    private sealed record LogEntry(string New, long TsMs, string Message, byte[] Line, long End);
}
