using System.Collections;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Datacurve.Server;

/// <summary>
/// The service's traces and metrics, under the name <c>Datacurve</c>. Exported by OTLP where the standard
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
/// </summary>
internal static class Telemetry
{
    public const string Name = "Datacurve";

    public static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    /// <summary><c>datacurve.events.appended</c>: events stored, retries not counted again.</summary>
    public static readonly Counter<long> EventsAppended = Meter.CreateCounter<long>(
        "datacurve.events.appended"
    );

    /// <summary><c>datacurve.blobs.stored</c>: bytes of uploads that were answered with 201.</summary>
    public static readonly Counter<long> BlobBytes = Meter.CreateCounter<long>(
        "datacurve.blobs.stored",
        "By"
    );

    /// <summary><c>datacurve.qa.step</c>: how long a QA step took, by <c>step</c>.</summary>
    public static readonly Histogram<double> QaStepSeconds = Meter.CreateHistogram<double>(
        "datacurve.qa.step",
        "s"
    );

    /// <summary><c>datacurve.qa.queue</c>: jobs that wait for a worker, by <c>queue</c>.</summary>
    public static readonly Gauge<long> QaQueueLength = Meter.CreateGauge<long>("datacurve.qa.queue");

    /// <param name="configuration">Where the library looks for its settings; it gets those here.</param>
    /// <param name="variables">The environment, of which nothing else is taken.</param>
    public static void Add(
        IServiceCollection services,
        IConfigurationBuilder configuration,
        IDictionary variables
    )
    {
        var settings = variables
            .Cast<DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value))
            .Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
        if (!settings.ContainsKey("OTEL_EXPORTER_OTLP_ENDPOINT"))
            return;

        configuration.AddInMemoryCollection(settings);

        services
            .AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource(Name).AddAspNetCoreInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(Name).AddAspNetCoreInstrumentation())
            .UseOtlpExporter();
    }
}
