using System.Text;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>The workspaces of one QA job, under a folder that bears its id.</summary>
internal sealed class WorkspaceFolder(Options options, Guid qaJobId)
{
    private readonly string _root = Path.Combine(options.WorkPath, "workspaces", qaJobId.ToString("D"));

    /// <summary>Removes all of them, also those that a killed run of the job left.</summary>
    public void Remove()
    {
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
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
        var target = Path.Combine(_root, name);
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
