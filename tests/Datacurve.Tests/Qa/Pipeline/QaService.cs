using Dapper;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Sandboxes;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>Ways to start the service for tests of QA: quick to retry and to sweep.</summary>
internal static class QaService
{
    public const string Image = "datacurve/sandbox-python:bookworm";

    public static async Task<ServiceUnderTest> StartAsync(
        string sandbox = "local",
        Func<Options, Options>? configure = null
    )
    {
        var service = new ServiceUnderTest();
        try
        {
            await service.StartAsync(options =>
            {
                var quick = Quick(options, sandbox);
                return configure?.Invoke(quick) ?? quick;
            });
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public static Options Quick(Options options, string sandbox) =>
        options with
        {
            Tests = options.Tests with
            {
                Sandbox = sandbox,
                BaseImage = Image,
                Command = Recording.Unittest,
                AllowFileRemotes = true,
                DockerHost = sandbox == "docker" ? DockerSandboxTests.DockerHost : options.Tests.DockerHost,
            },
            Qa = options.Qa with { BackoffSeconds = 0, SweepSeconds = 1 },
        };

    /// <summary>Nothing is swept after the start, so that only the queue and the test bring jobs.</summary>
    public static Options Unswept(Options options) =>
        options with
        {
            Qa = options.Qa with { SweepSeconds = 3600 },
        };

    public static TraceClient Trace(this ServiceUnderTest service) => new(service.Client);

    public static T Part<T>(this ServiceUnderTest service)
        where T : notnull => service.Services.GetRequiredService<T>();

    /// <summary>What a finalize commits, with a queue that loses the job at once.</summary>
    public static async Task<Guid> FinalizeUnheardAsync(this ServiceUnderTest service, string traceId)
    {
        Assert.True(TraceId.TryParse(traceId, out var id));
        return await service
            .Part<Database>()
            .WriteAsync(
                async connection =>
                {
                    await connection.ExecuteAsync(
                        """
                        update traces set status = 'finalizing', finalized_at_ms = 1, final_state = @none
                        where trace_id = @traceId
                        """,
                        new { traceId = id.Stored(), none = "{}"u8.ToArray() }
                    );
                    return await service.Part<QaRuns>().AddAsync(connection, id);
                },
                CancellationToken.None
            );
    }

    /// <summary>How many folders of workspaces are left on disk.</summary>
    public static int WorkspacesLeft(string dataFolder)
    {
        var folder = Path.Combine(dataFolder, "work", "workspaces");
        return Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder).Length : 0;
    }
}
