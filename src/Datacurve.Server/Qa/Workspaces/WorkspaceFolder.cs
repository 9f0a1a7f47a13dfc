using System.Text;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// The workspaces of one run of a QA job, under a folder of the run's own in one that bears the job's id: a
/// worker that lost its claim and goes, late, must not take those of its successor along.
/// </summary>
internal sealed class WorkspaceFolder(Options options, Guid qaJobId)
{
    private readonly string _root = Path.Combine(FolderOf(options, qaJobId), Guid.NewGuid().ToString("N"));

    /// <summary>Removes the workspaces of all runs of the job.</summary>
    public static void RemoveAll(Options options, Guid qaJobId) => Remove(FolderOf(options, qaJobId));

    /// <summary>A path in the folder of this run, where nothing is until somebody makes it.</summary>
    public string PathOf(string name) => Path.Combine(_root, name);

    /// <summary>Removes those of this run.</summary>
    public void Remove()
    {
        Remove(_root);
        try
        {
            Directory.Delete(Path.GetDirectoryName(_root)!);
        }
        catch (IOException)
        {
            // It is gone already, or holds another run's.
        }
    }

    /// <inheritdoc cref="ReproducedTrace.MaterializeAsync"/>
    public async Task<string> MaterializeAsync(
        string name,
        DirectoryTree repository,
        IReadOnlyList<FileChange> changes,
        CancellationToken ct
    )
    {
        if (RepoPath.Objection(name) is not null || name.Contains('/'))
            throw new ArgumentException("a workspace's name is one file name", nameof(name));
        var target = PathOf(name);
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        Directory.CreateDirectory(target);
        try
        {
            await FillAsync(new TreeWriter(target, options.Tests), repository, changes, ct);
        }
        catch (IOException failed)
        {
            throw new InfrastructureException("a workspace cannot be written on this machine", failed);
        }
        return target;
    }

    private static string FolderOf(Options options, Guid qaJobId) =>
        Path.Combine(options.WorkPath, "workspaces", qaJobId.ToString("D"));

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static async Task FillAsync(
        TreeWriter tree,
        DirectoryTree repository,
        IReadOnlyList<FileChange> changes,
        CancellationToken ct
    )
    {
        var changed = changes.ToDictionary(change => change.Path);
        foreach (var (path, info) in repository.Walk(folder: ""))
        {
            ct.ThrowIfCancellationRequested();
            if (changed.ContainsKey(path))
                continue;
            if (info.LinkTarget is { } target)
                tree.AddLink(path, target);
            else if (info is FileInfo file)
                tree.CopyFile(path, file);
            else
                tree.AddFolder(path);
        }
        foreach (var change in changes)
            if (change.After is { } after)
                await AddAsync(tree, change.Path, after, ct);
    }

    private static async Task AddAsync(TreeWriter tree, string path, FileState file, CancellationToken ct)
    {
        if (file.Mode == FileMode.SymbolicLink)
        {
            tree.AddLink(path, Encoding.UTF8.GetString(file.Content));
            return;
        }
        using var content = new MemoryStream(file.Content, writable: false);
        await tree.AddFileAsync(path, content, content.Length, file.Mode == FileMode.Executable, ct);
    }
}
