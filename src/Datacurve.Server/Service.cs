using System.Net.Sockets;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Server.Auth;
using Datacurve.Server.Blobs;
using Datacurve.Server.Erasing;
using Datacurve.Server.Originals;
using Datacurve.Server.Privacy;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Server.Storage;
using Datacurve.Server.Traces;
using Datacurve.Server.Upkeep;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace Datacurve.Server;

/// <summary>Composes the service; the one place that knows every part.</summary>
internal static partial class Service
{
    private static readonly ILoggerFactory ProcessLog = LoggerFactory.Create(ConfigureLogging);

    /// <summary>
    /// How long a stop waits for requests and QA steps to end; container engines kill after ten.
    /// </summary>
    public static readonly TimeSpan StopMax = TimeSpan.FromSeconds(8);

    /// <summary>Runs until it is told to stop, be it while it starts.</summary>
    /// <param name="data">The folder of everything, before the variables.</param>
    /// <param name="port">Before the variable.</param>
    /// <param name="roles">Before the variable.</param>
    public static async Task<int> RunAsync(
        string? data,
        int? port,
        string? roles,
        TextWriter output,
        CancellationToken ct
    )
    {
        var options = ReadOptions(data);
        if (port is < 0 or > 65535)
            throw new StartException($"--port takes a whole number from 0 to 65535, not '{port}'.");
        options = options with { Port = port ?? options.Port, Roles = RolesOf(roles) ?? options.Roles };
        try
        {
            await using var app = await StartAsync(
                options,
                () => EventCatalog.Contract,
                TimeProvider.System,
                ct
            );
            await output.WriteLineAsync($"Listening on {app.Urls.First()}");
            if (app.Services.GetRequiredService<OpenAccess>().StartedOpen)
                await output.WriteLineAsync(
                    "Open to whoever is on this machine: there is no API key ('datacurve keys create NAME"
                        + $"{(data is null ? "" : $" --data {data}")}' makes one)."
                );
            foreach (var line in StartReport.Lines(options, data, Environment.GetEnvironmentVariable))
                await output.WriteLineAsync(line);
            // A stop that comes this early is still a stop in good order.
            await output.FlushAsync(CancellationToken.None);
            await app.WaitForShutdownAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // So is one that comes earlier.
        }

        return 0;
    }

    /// <summary>A service that listens. Disposing it stops it in good order.</summary>
    /// <param name="catalog">Called on another thread, beside the rest of the start.</param>
    /// <exception cref="StartException">It cannot start; the message says what to do.</exception>
    public static async Task<WebApplication> StartAsync(
        Options options,
        Func<EventCatalog> catalog,
        TimeProvider time,
        CancellationToken ct
    )
    {
        // The longest pieces of a start, which need nothing of the others: they are made beside them, and the
        // first request waits for what is not there yet.
        var events = Task.Run(catalog, CancellationToken.None);
        _ = Task.Run(() => RuleSet.Default, CancellationToken.None);
        if (options.Roles.Worker)
            SandboxChoice.Require(options);
        // Empty, so that the framework reads no settings of its own: by the environment's it would listen
        // where nobody looked for a key, and for files it would watch the folder that it was started in.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions
            {
                ApplicationName = "datacurve-server",
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        ConfigureLogging(builder.Logging);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopMax);
        builder.WebHost.ConfigureKestrel(kestrel => ConfigureKestrel(kestrel, options));
        builder.WebHost.UseUrls($"http://{options.ListenAddress}:{options.Port}");
        // PostgreSQL has its own way with many processes; a file has one.
        if (options.PostgresConnection is null)
            builder.Services.AddSingleton(_ => DataLock.Take(options.DatabasePath));
        builder.Services.AddSingleton(_ => Database.Open(options));
        AddParts(builder.Services, options, events, time);
        Telemetry.Add(builder.Services, builder.Configuration, Environment.GetEnvironmentVariables());

        var app = builder.Build();
        try
        {
            // The lock comes first and, as what is made first, is disposed last.
            app.Services.GetService<DataLock>();
            app.Services.GetRequiredService<Database>();
            Map(app, options);
            await PrepareAsync(app, options, ct);
            await ListenAsync(app, options, ct);
            return app;
        }
        catch (Exception exception)
        {
            // What has started ends before what it uses is gone.
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
            if (StoreFaults.IsAway(exception))
                throw new StartException($"The store went away during the start: {exception.Message}");
            throw;
        }
    }

    private static Roles? RolesOf(string? text)
    {
        if (text is null)
            return null;
        return Roles.TryParse(text, out var roles)
            ? roles
            : throw new StartException($"--roles takes {Roles.Takes}, not '{text}'.");
    }

    private static async Task ListenAsync(WebApplication app, Options options, CancellationToken ct)
    {
        try
        {
            await app.StartAsync(ct);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new StartException(
                $"{options.ListenAddress}:{options.Port} cannot be listened on: {exception.Message}"
            );
        }
    }

    // Standard output belongs to what the commands print.
    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
        logging.AddFilter("Hangfire", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // Who is refused is audited; that session keys lie unencrypted in the database is documented.
        logging.AddFilter(typeof(KeyAuthentication).FullName, LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // It has in it what a browser brought, and says nothing that a sign-in that failed does not.
        logging.AddFilter("Microsoft.AspNetCore.Authentication.OpenIdConnect", LogLevel.None);
        // A start that fails is told in a sentence, not in the host's stack.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }

    // What a long answer may be ahead of its reader: the next page is read while the last one is sent.
    private const long AnswerAheadBytesMax = 1 << 20;

    private static void ConfigureKestrel(KestrelServerOptions kestrel, Options options)
    {
        kestrel.AddServerHeader = false;
        // The body's reader holds it to its limit and answers; this one counts the framing of chunks too, and
        // closes the connection before a client has read why.
        kestrel.Limits.MaxRequestBodySize = RequestBody.SentBytesMax(options.Limits);
        kestrel.Limits.MaxResponseBufferSize = AnswerAheadBytesMax;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.Limits.BodyTimeoutSeconds);
    }

    private static void AddParts(
        IServiceCollection services,
        Options options,
        Task<EventCatalog> catalog,
        TimeProvider time
    )
    {
        services.AddSingleton(options).AddSingleton(options.Qa).AddSingleton(time);
        services.AddSingleton(_ => catalog.GetAwaiter().GetResult());
        services.AddSingleton(provider =>
            BlobStoreChoice.Of(options, provider.GetRequiredService<Database>(), time)
        );
        services.AddSingleton<BlobReadiness>();
        services.AddScoped<CurrentProject>().AddSingleton<Consents>();
        services.AddSingleton<KeptNames>();
        services.AddSingleton(provider => new Cleansers(
            provider.GetRequiredService<Database>(),
            Cleansers.ReadRules(options.RedactionRules)
        ));
        services.AddScoped<IBlobStore, ProjectBlobStore>();
        services.AddScoped<UploadBlob>().AddScoped<GetBlob>();
        OriginalParts.Add(services, options);
        UpkeepParts.Add(services, options);
        services.AddSingleton<TraceSignals>().AddSingleton<EventLog>();
        Keeping.Add(services, options);
        services.AddSingleton<CreateTrace>().AddSingleton<AppendEvents>().AddSingleton<AppendEventLines>();
        services
            .AddSingleton<GetTrace>()
            .AddSingleton<ListTraces>()
            .AddSingleton<ListEvents>()
            .AddSingleton<StreamEvents>();
        ErasureParts.Add(services);
        if (options is { Roles.Api: true, PostgresConnection: not null })
            services.AddHostedService<PostgresSignals>();
        AddQueue(services, options, time);
        AddQa(services, options);
        services.AddExceptionHandler<Errors>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddRequestDecompression();
        Access.Add(services, options.Access);
        OpenApi.Add(services);
    }

    private static void Map(WebApplication app, Options options)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context => Errors.ExplainStatusAsync(context.HttpContext));
        app.UseRouting();
        Access.Use(app);
        app.UseMiddleware<ContentEncodings>();
        app.UseRequestDecompression();
        HealthRoutes.Map(app);
        if (options.Roles.Api)
            MapApi(app, options);
    }

    private static void MapApi(WebApplication app, Options options)
    {
        QaDashboard.Map(app);
        CreateTrace.Map(app);
        AppendEvents.Map(app);
        GetTrace.Map(app);
        ListTraces.Map(app);
        ListEvents.Map(app);
        StreamEvents.Map(app);
        FinalizeTrace.Map(app);
        RerunQa.Map(app);
        GetState.Map(app);
        UploadBlob.Map(app);
        GetBlob.Map(app);
        OriginalParts.Map(app);
        ErasureParts.Map(app);
        Access.Map(app, options.Access);
        OpenApi.Map(app, options.Access.SignIn);
    }

    /// <summary>What a process before this one left undone.</summary>
    private static async Task PrepareAsync(WebApplication app, Options options, CancellationToken ct)
    {
        await app.Services.GetRequiredService<OpenAccess>().RequireKeysAsync();
        // A rule file that cannot be read stops the start, and not the first upload.
        if (options.RedactionRules is not null)
            app.Services.GetRequiredService<Cleansers>();
        await OriginalParts.PrepareAsync(app.Services);
        // Where other processes may live, the leases of one that died run out by themselves.
        if (app.Services.GetService<DataLock>() is not null)
            await app.Services.GetRequiredService<QaRuns>().EndLeasesAsync(ct);
        var blobs = app.Services.GetRequiredService<BlobStore>();
        await blobs.CheckAsync(ct);
        RequireScratch(blobs);
        var swept = await blobs.SweepAsync(ct);
        if (swept > 0)
            app.Logger.SweptUploads(swept);
    }
}
