using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>Finds, pulls and prepares images. A prepared image is named by what went into it.</summary>
internal sealed class DockerImages(IDockerClient docker, TimeProvider time, ILogger logger)
{
    private const string PreparedName = "datacurve/prepared";
    private const string SetupBytesLabel = "datacurve.setup_bytes";
    private static readonly TimeSpan PullMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DiskPollEvery = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> builds = new();
    private readonly ConcurrentDictionary<string, long> setupBytes = new();

    public async Task<PreparedImage> PrepareAsync(SandboxSetup setup, CancellationToken ct)
    {
        var image = await FindOrPullAsync(setup.Image, ct);
        if (setup.Commands.Count == 0)
            return new PreparedImage(setup.Image, Digest(image));

        var reference = $"{PreparedName}:{Key(image.ID, setup)}";
        var build = builds.GetOrAdd(reference, _ => new SemaphoreSlim(1));
        await build.WaitAsync(ct);
        try
        {
            var kept = await TryInspectAsync(reference, ct);
            if (kept is not null)
                return new PreparedImage(reference, kept.ID);
            return new PreparedImage(reference, await BuildAsync(setup, reference, ct));
        }
        finally
        {
            build.Release();
        }
    }

    /// <summary>Removes the images that were prepared for a job.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RemovePreparedAsync(Guid qaJobId, CancellationToken ct)
    {
        var found = await docker.Images.ListImagesAsync(
            new ImagesListParameters
            {
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["label"] = new Dictionary<string, bool>
                    {
                        [$"{DockerSettings.JobLabel}={qaJobId}"] = true,
                    },
                },
            },
            ct
        );
        foreach (var image in found)
            await docker.Images.DeleteImageAsync(image.ID, new ImageDeleteParameters { Force = true }, ct);
        return found.Count;
    }

    /// <summary>How much setup left for each run to unpack.</summary>
    public async Task<long> SetupBytesAsync(string reference, CancellationToken ct)
    {
        if (!reference.StartsWith(PreparedName + ":", StringComparison.Ordinal))
            return 0;
        if (setupBytes.TryGetValue(reference, out var known))
            return known;
        var image =
            await TryInspectAsync(reference, ct)
            ?? throw new InfrastructureException($"the prepared image {reference} is gone; prepare it again");
        var labels = image.Config?.Labels;
        var bytes =
            labels is not null && labels.TryGetValue(SetupBytesLabel, out var text)
                ? long.Parse(text, CultureInfo.InvariantCulture)
                : 0;
        return setupBytes.GetOrAdd(reference, bytes);
    }

    /// <summary>Whether the image is here, or comes when it is asked for.</summary>
    public async Task<ImageInspectResponse> FindOrPullAsync(string reference, CancellationToken ct)
    {
        var image = await TryInspectAsync(reference, ct);
        if (image is not null)
            return image;
        var fault = await PullAsync(reference, ct);
        return await TryInspectAsync(reference, ct)
            ?? throw new InfrastructureException(
                $"the image {reference} is not here and could not be pulled ({fault}); "
                    + "load it into the engine, or name another one in TEST_BASE_IMAGE"
            );
    }

    private async Task<ImageInspectResponse?> TryInspectAsync(string reference, CancellationToken ct)
    {
        try
        {
            return await docker.Images.InspectImageAsync(reference, ct);
        }
        catch (DockerImageNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Why the image did not come, as far as the engine said.</summary>
    private async Task<string> PullAsync(string reference, CancellationToken ct)
    {
        using var bound = new CancellationTokenSource(PullMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, ct);
        var fault = "no reason given";
        try
        {
            // Without a tag the engine would pull every one there is.
            var named =
                reference.Contains('@', StringComparison.Ordinal)
                || reference.LastIndexOf(':') > reference.LastIndexOf('/');
            await docker.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = named ? reference : reference + ":latest" },
                authConfig: null,
                new Progress<JSONMessage>(message => fault = message.Error?.Message ?? fault),
                either.Token
            );
            Log.ImagePulled(logger, reference);
        }
        catch (DockerApiException e)
        {
            fault = e.Message;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            fault = $"it took longer than {PullMax}";
        }
        return fault;
    }

    private async Task<string> BuildAsync(SandboxSetup setup, string reference, CancellationToken ct)
    {
        var workspace = WorkspaceArchive.Of(setup.WorkspaceDirectory);
        var conversation = new SandboxConversation(setup.Limits.OutputBytesMax, 0, 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var deadline = new SandboxDeadline(time, setup.Limits.Timeout, workspace.Bytes, stop.Token);
        await using var container = new DockerContainer(docker, DockerSettings.ForSetup(setup, workspace));
        var watching = WatchDiskAsync(container.Name, setup.Limits.DiskBytesMax, stop);
        SandboxEnd end;
        try
        {
            end = await container.RunAsync(workspace, conversation, deadline);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new NotReproducibleException(
                $"the setup writes more than {setup.Limits.DiskBytesMax} bytes",
                OutputTail.Of(conversation.Stdout, conversation.Stderr)
            );
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
        }
        SetupOutcome.ThrowIfFailed(end, conversation);

        var bytes = Math.Min(end.Trailer!.Number, setup.Limits.DiskBytesMax);
        var committed = await docker.Images.CommitContainerChangesAsync(
            new CommitContainerChangesParameters
            {
                ContainerID = container.Name,
                RepositoryName = PreparedName,
                Tag = reference[(PreparedName.Length + 1)..],
                Labels = new Dictionary<string, string>
                {
                    [SetupBytesLabel] = bytes.ToString(CultureInfo.InvariantCulture),
                    [DockerSettings.JobLabel] = setup.QaJobId.ToString(),
                },
            },
            ct
        );
        Log.ImagePrepared(logger, reference, end.Duration.TotalSeconds);
        return committed.ID;
    }

    /// <summary>
    /// A setup writes into the container's own layer, which no storage driver bounds everywhere: it is
    /// measured now and then, and stopped when it is over.
    /// </summary>
    private async Task WatchDiskAsync(string container, long bytesMax, CancellationTokenSource stop)
    {
        using var timer = new PeriodicTimer(DiskPollEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                var sized = await docker.Containers.InspectContainerAsync(
                    container,
                    new ContainerInspectParameters { IncludeSize = true },
                    stop.Token
                );
                if (sized.SizeRw > bytesMax)
                    await stop.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The setup has ended, or was too large.
        }
        catch (DockerApiException)
        {
            // Not created yet, or removed already: whoever made it learns why.
        }
    }

    private static string Key(string imageId, SandboxSetup setup)
    {
        // Lengths keep two lists of commands apart whose texts join to the same.
        var commands = setup.Commands.Select(command => $"{command.Length}:{command}");
        var material = string.Join(
            '\n',
            [$"{setup.Project}", imageId, setup.LockHash, $"{setup.NetworkAllowed}", .. commands]
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(material)))[..32];
    }

    // The registry's digest where there is one; else the image's own id, which is a hash over the same
    // content.
    private static string Digest(ImageInspectResponse image) =>
        image.RepoDigests?.FirstOrDefault()?.Split('@')[^1] ?? image.ID;
}
