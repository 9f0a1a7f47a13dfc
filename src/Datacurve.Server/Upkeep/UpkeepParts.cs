namespace Datacurve.Server.Upkeep;

/// <summary>Composes what walks the whole store.</summary>
internal static class UpkeepParts
{
    public static void Add(IServiceCollection services, Options options)
    {
        services.AddSingleton<BlobReferences>().AddSingleton<BlobNamers>();
        services.AddSingleton<AllowedNames>().AddSingleton<WithheldBlobs>();
        services.AddSingleton<TraceRows>().AddSingleton<Fsck>();
        services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<BlobCollector>(
                provider,
                TimeSpan.FromHours(options.Blobs.GraceHours)
            )
        );
        services.AddHostedService<BlobCollectorLoop>().AddHostedService<WithheldBlobsLoop>();
    }
}
