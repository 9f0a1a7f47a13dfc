using Datacurve.Server.Storage;

namespace Datacurve.Server.Erasing;

/// <summary>Composes what erases.</summary>
internal static class ErasureParts
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Erasures>().AddSingleton<EraseTrace>().AddSingleton<ManageErasures>();
        services.AddSingleton<TraceEraser>().AddSingleton<ErasedBlobs>().AddSingleton<MachineLeftovers>();
        services.AddSingleton<ErasureLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<ErasureLoop>());
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        EraseTrace.Map(routes);
        ManageErasures.Map(routes);
    }
}
