using Dapper;
using Datacurve.Server;
using Datacurve.Server.Storage;
using Datacurve.Tests.Simulation;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Datacurve.Tests.Storage;

/// <summary>What a store remembers of its schema, and who may change it when.</summary>
public sealed class MigrationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Both_engines_have_the_same_migrations_under_the_names_that_shipped()
    {
        var sqlite = MigrationScripts.Of(MigrationScripts.Sqlite).Select(script => script.Name).ToList();

        Assert.Equal("0001_initial.sql", sqlite[0]);
        Assert.Equal(sqlite, MigrationScripts.Of(MigrationScripts.PostgreSql).Select(script => script.Name));
        Assert.Equal(sqlite.Count, sqlite.Select(name => name[..4]).Distinct().Count());
    }

    [Fact]
    public async Task A_sqlite_store_of_the_first_version_opens_with_what_it_holds()
    {
        using var folder = new ScratchFolder();
        var path = folder.Of("datacurve.db");
        await MakeFirstVersionAsync(
            path,
            "insert into blobs (hash, byte_length, created_at_ms) values (x'01', 7, 1)"
        );

        await using var database = SqliteDatabase.Open(path);

        Assert.Equal(
            7,
            await database.ReadAsync(c => c.ExecuteScalarAsync<long>("select byte_length from blobs"))
        );
        Assert.Equal(
            MigrationScripts.Of(MigrationScripts.Sqlite).Select(script => script.Name),
            await database.ReadAsync(c =>
                c.QueryAsync<string>("select ScriptName from SchemaVersions order by SchemaVersionID")
            )
        );
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_the_store_as_it_was()
    {
        using var folder = new ScratchFolder();
        var path = folder.Of("datacurve.db");
        // A table of a later migration, so that others have gone through before it fails.
        await MakeFirstVersionAsync(path, "create table ended_sessions (id integer)");

        Assert.Throws<StartException>(() => SqliteDatabase.Open(path));

        await using var store = new SqliteConnection($"Data Source={path};Pooling=False");
        Assert.Equal(
            ["0001_initial.sql"],
            await store.QueryAsync<string>("select ScriptName from SchemaVersions")
        );
    }

    private static async Task MakeFirstVersionAsync(string path, string content)
    {
        await using var first = new SqliteConnection($"Data Source={path};Pooling=False");
        await first.ExecuteAsync(MigrationScripts.Of(MigrationScripts.Sqlite)[0].Contents);
        // The journal as the first version kept it.
        await first.ExecuteAsync(
            $"""
            create table SchemaVersions (
                SchemaVersionID integer constraint 'PK_SchemaVersions_SchemaVersionID'
                    primary key autoincrement not null,
                ScriptName text not null, Applied datetime not null);
            insert into SchemaVersions (ScriptName, Applied) values ('0001_initial.sql', '2026-01-01');
            {content};
            """
        );
    }

    [Fact]
    public async Task Processes_that_start_at_once_migrate_a_postgresql_database_once()
    {
        await using var store = await PostgresStore.CreateAsync();

        var opened = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => PostgresDatabase.Open(store.Connection, 2), Ct))
        );

        Assert.Equal(
            MigrationScripts.Of(MigrationScripts.PostgreSql).Select(script => script.Name),
            await opened[5]
                .ReadAsync(c => c.QueryAsync<string>("select scriptname from schemaversions order by 1"))
        );
        foreach (var database in opened)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task An_upgrade_waits_for_who_reads_on_and_nobody_waits_behind_it()
    {
        await using var store = await PostgresStore.CreateAsync();
        await PostgresDatabase.Open(store.Connection, 2).DisposeAsync();
        await using var backup = new NpgsqlConnection(store.Connection);
        await backup.OpenAsync(Ct);
        // One that may run twice, and that no other may read beside.
        await backup.ExecuteAsync(
            "delete from schemaversions where scriptname = '0011_unsampled_content.sql'"
        );
        var reading = await backup.BeginTransactionAsync(Ct);
        await backup.ExecuteAsync("select count(*) from traces");

        var opening = Task.Run(() => PostgresDatabase.Open(store.Connection, 2), Ct);
        await using var service = new NpgsqlConnection(store.Connection);
        await service.OpenAsync(Ct);
        const string Waiting = """
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'
                and query like '%alter table traces%'
            """;
        while (await service.ExecuteScalarAsync<long>(Waiting) == 0)
            Assert.False(opening.IsCompleted);
        await service.ExecuteAsync("select count(*) from traces");

        Assert.False(opening.IsCompleted);
        await reading.CommitAsync(Ct);
        await (await opening).DisposeAsync();
        Assert.Equal(
            MigrationScripts.Of(MigrationScripts.PostgreSql).Select(script => script.Name),
            await service.QueryAsync<string>("select scriptname from schemaversions order by 1")
        );
    }

    [Fact]
    public async Task A_postgresql_store_of_a_newer_version_is_refused()
    {
        await using var store = await PostgresStore.CreateAsync();
        await using (var database = PostgresDatabase.Open(store.Connection, 2))
            await database.WriteAsync(
                c =>
                    c.ExecuteAsync(
                        "insert into schemaversions (scriptname, applied) values ('9999_future.sql', now())"
                    ),
                Ct
            );

        var refused = Assert.Throws<StartException>(() => PostgresDatabase.Open(store.Connection, 2));

        Assert.Contains("9999_future.sql", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_postgresql_database_that_cannot_be_reached_is_named_without_its_password()
    {
        await using var store = await PostgresStore.CreateAsync();
        var secret = string.Concat("hunter", "2");
        var away = new NpgsqlConnectionStringBuilder(store.Connection) { Port = 1, Password = secret };

        var refused = Assert.Throws<StartException>(() => PostgresDatabase.Open(away.ToString(), 2));

        Assert.Contains(away.Database!, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, refused.Message, StringComparison.Ordinal);
    }
}
