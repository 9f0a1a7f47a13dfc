using System.Net;
using System.Net.Sockets;
using System.Text;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Tests.Cli;
using Npgsql;

namespace Datacurve.Tests.Storage;

/// <summary>What reading the events of a trace costs a PostgreSQL server.</summary>
public sealed class EventReaderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_that_are_read_to_their_end_take_no_more_connections()
    {
        await using var store = await PostgresStore.CreateAsync();
        await using var door = new CountingDoor(new NpgsqlConnectionStringBuilder(store.Connection));
        await using var database = PostgresDatabase.Open(door.Connection, connectionsMax: 2);
        using var folder = new TempFolder();
        var traceId = await TraceOfAsync(database, events: 3);
        var reader = new EventReader(
            database,
            new FileBlobStore(database, folder.Path, 1 << 20, TimeProvider.System)
        );
        Assert.Equal(3, await reader.ReadAsync(traceId, 0, long.MaxValue, Ct).CountAsync(Ct));
        var before = door.Count;

        for (var i = 0; i < 20; i++)
            Assert.Equal(3, await reader.ReadAsync(traceId, 0, long.MaxValue, Ct).CountAsync(Ct));

        Assert.Equal(before, door.Count);
    }

    private static async Task<TraceId> TraceOfAsync(Database database, int events)
    {
        var traceId = TraceId.New(TimeProvider.System.GetUtcNow());
        await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    insert into traces
                        (trace_id, project_id, created_at_ms, status, repo_id, developer_id, document,
                        ingestion)
                    values (@id, @project, 1, 'collecting', 'repo', 'dev', @json, @json)
                    """,
                    new
                    {
                        id = traceId.Stored(),
                        project = ProjectId.Default.Value.Stored(),
                        json = "{}"u8.ToArray(),
                    }
                ),
            Ct
        );
        var rows = Enumerable
            .Range(1, events)
            .Select(seq => new EventRow(
                seq,
                Guid.NewGuid(),
                Encoding.UTF8.GetBytes($$"""{"seq":{{seq}}}""")
            ));
        Assert.True(await database.AppendAsync(traceId, [.. rows], Ct));
        return traceId;
    }

    /// <summary>Stands before a server and counts who comes in.</summary>
    private sealed class CountingDoor : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly NpgsqlConnectionStringBuilder _server;
        private readonly Task _accepting;
        private int _count;

        public CountingDoor(NpgsqlConnectionStringBuilder server)
        {
            _server = server;
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public int Count => Volatile.Read(ref _count);

        public string Connection =>
            new NpgsqlConnectionStringBuilder(_server.ToString())
            {
                Host = IPAddress.Loopback.ToString(),
                Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            }.ToString();

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _accepting;
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            var passing = new List<Task>();
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    Interlocked.Increment(ref _count);
                    passing.Add(PassAsync(client));
                }
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(passing);
            }
        }

        private async Task PassAsync(TcpClient client)
        {
            using var inner = new TcpClient();
            using (client)
                try
                {
                    await inner.ConnectAsync(_server.Host!, _server.Port, _stop.Token);
                    await Task.WhenAny(
                        client.GetStream().CopyToAsync(inner.GetStream(), _stop.Token),
                        inner.GetStream().CopyToAsync(client.GetStream(), _stop.Token)
                    );
                }
                catch (Exception ended) when (ended is IOException or OperationCanceledException)
                {
                    // Either side may go first.
                }
        }
    }
}
