using Datacurve.Server;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Api;

/// <summary>The service on a PostgreSQL database of its own.</summary>
public sealed class PostgresService : ServiceUnderTest
{
    private PostgresStore? _store;

    public override async ValueTask InitializeAsync()
    {
        await CreateStoreAsync();
        await base.InitializeAsync();
    }

    /// <summary>Makes the database, for who starts the service in his own way.</summary>
    internal async Task CreateStoreAsync() => _store = await PostgresStore.CreateAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
    }

    private protected override Options OnStore(Options options) =>
        options with
        {
            PostgresConnection = _store!.Connection,
        };
}
