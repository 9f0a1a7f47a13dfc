using Datacurve.Core.Events;
using Datacurve.Server;
using Microsoft.AspNetCore.Builder;

namespace Datacurve.Tests.Api;

/// <summary>The real service on a free port over a folder of its own, in this process.</summary>
public class ServiceUnderTest : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"datacurve-{Guid.NewGuid():N}");
    private WebApplication? _app;

    public HttpClient Client { get; private set; } = new();

    public string Folder => _folder;

    /// <summary>The parts that the service was composed of.</summary>
    public IServiceProvider Services => _app!.Services;

    public virtual async ValueTask InitializeAsync() => await StartAsync(options => options);

    /// <summary>Starts, or starts again over the same folder.</summary>
    internal async Task StartAsync(
        Func<Options, Options> configure,
        EventCatalog? catalog = null,
        TimeProvider? time = null
    )
    {
        await StopAsync();
        var options = OptionsReader.Read(_ => null, _folder) with { Port = 0 };
        _app = await Service.StartAsync(
            configure(OnStore(options)),
            () => catalog ?? EventCatalog.Contract,
            time ?? TimeProvider.System,
            CancellationToken.None
        );
        Client.Dispose();
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    /// <summary>Stops in good order, and leaves the folder.</summary>
    internal async Task StopAsync()
    {
        if (_app is null)
            return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    public virtual async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await StopAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The options with the store that this service keeps its rows in.</summary>
    private protected virtual Options OnStore(Options options) => options;
}
