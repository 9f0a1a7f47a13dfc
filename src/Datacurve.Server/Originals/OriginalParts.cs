namespace Datacurve.Server.Originals;

/// <summary>Composes what keeps originals and gives them back.</summary>
internal static class OriginalParts
{
    public static void Add(IServiceCollection services, Options options)
    {
        services.AddSingleton(_ => RawKeys.Read(options.RawKeyPath));
        services.AddSingleton<ProjectModes>().AddSingleton<BlobOriginals>().AddSingleton<OriginalFindings>();
        services.AddSingleton<TraceOriginals>().AddSingleton<GetTraceRaw>();
        services.AddScoped<GetBlobRaw>();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        GetBlobRaw.Map(routes);
        GetTraceRaw.Map(routes);
    }

    /// <summary>A key that cannot be read stops the start, and not the first upload.</summary>
    public static async Task PrepareAsync(IServiceProvider services)
    {
        services.GetRequiredService<RawKeys>();
        if (services.GetRequiredService<Options>().Roles.Api)
            await services.GetRequiredService<ProjectModes>().RequireKeyAsync();
    }
}
