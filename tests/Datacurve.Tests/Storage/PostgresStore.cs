using Datacurve.Server;
using Npgsql;

namespace Datacurve.Tests.Storage;

/// <summary>A database of its own in the cluster that the tests share; it goes with the test.</summary>
internal sealed class PostgresStore : IAsyncDisposable
{
    private readonly string _cluster;
    private readonly string _name = $"datacurve_{Guid.NewGuid():N}";

    private PostgresStore(string cluster) => _cluster = cluster;

    /// <summary>As <c>DATABASE_URL</c> takes it.</summary>
    public string Url => new UriBuilder(_cluster) { Path = _name }.ToString();

    /// <summary>As the driver takes it.</summary>
    public string Connection =>
        PostgresUrl.TryParse(Url, out var connection)
            ? connection
            : throw new InvalidOperationException("DATACURVE_TEST_POSTGRES_URL is no URL of a database");

    /// <param name="cluster">A database whose user may make others; that of the tests where left
    /// out.</param>
    public static async Task<PostgresStore> CreateAsync(string? cluster = null)
    {
        var store = new PostgresStore(cluster ?? TestServers.Postgres);
        await store.InClusterAsync($"create database {store._name}");
        return store;
    }

    public async ValueTask DisposeAsync() =>
        await InClusterAsync($"drop database if exists {_name} with (force)");

    private async Task InClusterAsync(string sql)
    {
        Assert.True(PostgresUrl.TryParse(_cluster, out var cluster));
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(cluster) { Pooling = false, CommandTimeout = 120 }.ToString()
        );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
