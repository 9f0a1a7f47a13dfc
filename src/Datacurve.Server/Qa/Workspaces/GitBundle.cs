namespace Datacurve.Server.Qa.Workspaces;

/// <summary>Writes the tree of one commit out of a git bundle, by way of an empty repository.</summary>
internal sealed class GitBundle(GitCommand git)
{
    private readonly GitTree _trees = new(git);

    /// <param name="bundle">The bundle, read from its start.</param>
    /// <param name="commit">The commit whose tree is written.</param>
    /// <param name="tree">Where it is written.</param>
    /// <param name="scratch">A folder that is made here and left for the caller to remove.</param>
    /// <param name="ct">Ends git.</param>
    /// <exception cref="NotReproducibleException">The bundle is broken or lacks the commit.</exception>
    public async Task ExportAsync(
        Stream bundle,
        string commit,
        TreeWriter tree,
        string scratch,
        CancellationToken ct
    )
    {
        if (!GitTree.IsCommitName(commit))
            throw new NotReproducibleException("the commit_base is neither a hash nor a name of a commit");
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        Directory.CreateDirectory(scratch);
        await using (var file = File.Create(Path.Combine(scratch, "base.bundle")))
            await bundle.CopyToAsync(file, ct);

        var init = await RunAsync(scratch, ["init", "--quiet", "--bare", "--template=", "."], ct);
        if (init.Code != 0)
            throw new InfrastructureException($"git cannot make a repository: {init.Errors}");
        var unbundle = await RunAsync(scratch, ["bundle", "unbundle", "base.bundle"], ct);
        if (unbundle.Code != 0)
            throw new NotReproducibleException(
                "the base snapshot is a bundle that is broken or not complete"
            );

        var found =
            await _trees.ResolveAsync(scratch, commit, ct)
            ?? throw new NotReproducibleException(
                $"the base snapshot does not have the commit_base {commit}"
            );
        await _trees.ExportAsync(scratch, found, tree, ct);
    }

    private Task<GitExit> RunAsync(string folder, string[] arguments, CancellationToken ct) =>
        git.RunAsync(new GitCall { Directory = folder, Arguments = arguments }, ct);
}
