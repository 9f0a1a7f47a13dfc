using Datacurve.Server.Blobs;
using Datacurve.Server.Storage.Sealing;

namespace Datacurve.Server.Storage;

/// <summary>Composes what reads events, seals them and removes them, whoever's they are.</summary>
internal static class Keeping
{
    // A sealed trace's blob is no project's: it is read where its trace may be read, and by no hash.
    public static void Add(IServiceCollection services, Options options)
    {
        services.AddSingleton(provider => new EventReader(
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<BlobStore>()
        ));
        services.AddSingleton(provider => new TraceSealer(
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<EventReader>(),
            provider.GetRequiredService<BlobStore>(),
            options,
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<ExpiredTraces>();
        if (options.Roles.Worker)
            services.AddHostedService<StoreKeeper>();
    }
}
