using Datacurve.Core.Events;
using Datacurve.Server.Blobs;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Judges;
using Datacurve.Server.Qa.Pipeline;
using Datacurve.Server.Qa.Queues;
using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Server.Qa.Workspaces;
using Hangfire;
using Hangfire.AspNetCore;

namespace Datacurve.Server;

/// <summary>The parts of QA: how its jobs come to workers, and what a worker does with them.</summary>
internal static partial class Service
{
    /// <summary>
    /// Services stop in the reverse order: workers end their steps first, the broker goes last.
    /// </summary>
    private static void AddQueue(IServiceCollection services, Options options, TimeProvider time)
    {
        // Hangfire has one log for the process.
        GlobalConfiguration.Configuration.UseLogProvider(new AspNetCoreLogProvider(ProcessLog));
        services.AddSingleton(provider =>
            BrokerChoice.Of(options, time, provider.GetRequiredService<ILogger<QaBroker>>())
        );
        services.AddHostedService(provider => provider.GetRequiredService<QaBroker>());
        services.AddSingleton<QaQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<QaQueue>());
        services.AddSingleton<QaDashboard>();
        if (!options.Roles.Worker)
            return;
        services.AddHostedService<QaSweeper>();
        services.AddHostedService<QaServers>();
    }

    private static void AddQa(IServiceCollection services, Options options)
    {
        services.AddSingleton<FinalizeTrace>().AddSingleton<RerunQa>();
        services.AddSingleton<QaRuns>().AddSingleton<QaSubjectReader>();
        // What reads and writes blobs lives for one request or one step, whose project it works for.
        services
            .AddScoped<IQaStep, RunTestsStep>()
            .AddScoped<IQaStep, RunJudgeStep>()
            .AddScoped<IQaStep, FinalizeQaStep>();
        services.AddScoped<QaWorker>().AddScoped<QaJob>().AddScoped<SchemaCheck>().AddScoped<OutputSeams>();
        services.AddScoped<BaseStore>().AddScoped<WorkspaceBuilder>();
        services.AddScoped<StateReader>().AddScoped<GetState>();
        services.AddSingleton<GitCommand>().AddSingleton<MirrorStore>().AddSingleton<SandboxChoice>();
        services.AddSingleton<HttpMessageHandler>(_ => JudgeChoice.Network());
        services.AddScoped(provider =>
            JudgeChoice.Of(
                options.Judge,
                provider.GetRequiredService<HttpMessageHandler>(),
                provider.GetRequiredService<IBlobStore>(),
                provider.GetRequiredService<EventCatalog>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>()
            )
        );
    }
}
