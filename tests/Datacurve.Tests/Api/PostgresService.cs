using Datacurve.Server;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Api;

/// <summary>The service on a PostgreSQL database.</summary>
public sealed class PostgresService : ServiceUnderTest
{
    private PostgresStore? _own;

    /// <summary>The database that the service keeps its rows in.</summary>
    internal PostgresStore? Store { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        await CreateStoreAsync();
        await base.InitializeAsync();
    }

    /// <summary>Makes a database of its own, for who starts the service in his own way.</summary>
    internal async Task CreateStoreAsync() => Store = _own = await PostgresStore.CreateAsync();

    /// <summary>Starts beside other services on one database, which outlives it.</summary>
    internal Task StartOnAsync(PostgresStore store, Func<Options, Options>? configure = null)
    {
        Store = store;
        return StartAsync(configure ?? (options => options));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_own is not null)
            await _own.DisposeAsync();
    }

    private protected override Options OnStore(Options options) =>
        options with
        {
            PostgresConnection = Store!.Connection,
        };
}
