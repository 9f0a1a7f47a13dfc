using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// One container from its creation to its removal. Four requests in all: create, attach, start, remove; the
/// workspace, the output, the exit code and the reports share the attached stream.
/// </summary>
internal sealed class DockerContainer : IAsyncDisposable
{
    private static readonly TimeSpan RemovalMax = TimeSpan.FromSeconds(30);

    private readonly IDockerClient docker;
    private readonly CreateContainerParameters parameters;
    private bool created;

    /// <summary>Nothing exists until <see cref="RunAsync"/>.</summary>
    public DockerContainer(IDockerClient docker, CreateContainerParameters parameters)
    {
        this.docker = docker;
        this.parameters = parameters;
        // A name of our own lets a container be removed whose creation was never answered.
        Name = "datacurve-" + Guid.CreateVersion7().ToString("N");
        parameters.Name = Name;
    }

    public string Name { get; }

    /// <exception cref="InfrastructureException">
    /// The image has no shell or tar, or the engine failed.
    /// </exception>
    public async Task<SandboxEnd> RunAsync(
        WorkspaceArchive workspace,
        SandboxConversation conversation,
        SandboxDeadline deadline
    )
    {
        created = true;
        // Creating and starting are not cut short: an engine that goes on with a request that nobody waits
        // for would make the container after its removal.
        await docker.Containers.CreateContainerAsync(parameters, CancellationToken.None);
        deadline.Token.ThrowIfCancellationRequested();
        using var attached = await docker.Containers.AttachContainerAsync(
            Name,
            new ContainerAttachParameters
            {
                Stream = true,
                Stdin = true,
                Stdout = true,
                Stderr = true,
            },
            deadline.Token
        );
        await docker.Containers.StartContainerAsync(
            Name,
            new ContainerStartParameters(),
            CancellationToken.None
        );
        try
        {
            await TalkAsync(attached, workspace, conversation, deadline);
        }
        catch (OperationCanceledException) when (deadline.Passed)
        {
            if (!deadline.Begun)
                throw new InfrastructureException(
                    "the container did not start in time; is the machine busy?"
                );
            var elapsed = deadline.Elapsed;
            conversation.Finish();
            return new SandboxEnd { Duration = elapsed, TimedOut = true };
        }
        return await ExplainEndAsync(conversation, deadline);
    }

    /// <summary>Kills and removes the container, whatever state it is in.</summary>
    public async ValueTask DisposeAsync()
    {
        if (created)
            await RemoveAsync(docker, Name);
    }

    public static async Task RemoveAsync(IDockerClient docker, string container)
    {
        using var bound = new CancellationTokenSource(RemovalMax);
        try
        {
            await docker.Containers.RemoveContainerAsync(
                container,
                new ContainerRemoveParameters { Force = true, RemoveVolumes = true },
                bound.Token
            );
        }
        catch (DockerApiException e) when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // It was never made, or another remover is at it already.
        }
    }

    private static async Task TalkAsync(
        MultiplexedStream attached,
        WorkspaceArchive workspace,
        SandboxConversation conversation,
        SandboxDeadline deadline
    )
    {
        var sending = workspace.SendAsync(conversation.Mark, attached.CopyFromAsync, deadline.Token);
        var reading = ReadAsync(attached, conversation, deadline);
        // A workspace that cannot be read leaves the container waiting for it.
        if (await Task.WhenAny(sending, reading) == sending)
            await sending;
        await reading;
        await sending;
    }

    private static async Task ReadAsync(
        MultiplexedStream attached,
        SandboxConversation conversation,
        SandboxDeadline deadline
    )
    {
        var buffer = new byte[64 << 10];
        while (true)
        {
            var read = await attached.ReadOutputAsync(buffer, 0, buffer.Length, deadline.Token);
            if (read.EOF)
                break;
            var bytes = buffer.AsSpan(0, read.Count);
            if (read.Target == MultiplexedStream.TargetStream.StandardError)
                conversation.OnStderr(bytes);
            else
                conversation.OnStdout(bytes);
            if (conversation.Begun && !deadline.Begun)
                deadline.Begin();
        }
    }

    private async Task<SandboxEnd> ExplainEndAsync(SandboxConversation conversation, SandboxDeadline deadline)
    {
        var duration = deadline.Elapsed;
        var trailer = conversation.Finish();
        if (trailer is not null)
            return new SandboxEnd { Trailer = trailer, Duration = duration };

        var state = (await docker.Containers.InspectContainerAsync(Name, deadline.Token)).State;
        if (state?.OOMKilled == true)
            return new SandboxEnd { Duration = duration, OutOfMemory = true };
        var said = OutputTail.Of(conversation.Stderr);
        throw new InfrastructureException(
            conversation.Begun
                ? $"the container was ended from outside, with exit code {state?.ExitCode}"
                : $"the image {parameters.Image} lacks sh, tar or coreutils to take a workspace in: {said}"
        );
    }
}
