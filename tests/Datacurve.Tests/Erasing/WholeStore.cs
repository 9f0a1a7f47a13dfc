using System.Data.Common;
using System.Text;
using Amazon.S3.Model;
using Datacurve.Tests.Conformance;
using Microsoft.Data.Sqlite;
using Npgsql;
using ZstdSharp;

namespace Datacurve.Tests.Erasing;

/// <summary>
/// Reads everything that a store has, wherever it lies: every file below a folder, every object of a bucket,
/// every column of every row. What is compressed is read as it is and as what it was.
/// </summary>
internal sealed class WholeStore(string folder, string? postgres = null, TestBucket? bucket = null)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Where each of the texts is found; those that are found nowhere are left out.</summary>
    public async Task<Dictionary<string, List<string>>> FindAsync(params IEnumerable<string> texts)
    {
        var wanted = texts.ToDictionary(text => text, Encoding.UTF8.GetBytes);
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        await foreach (var (place, content) in ReadAsync())
        foreach (var (text, bytes) in wanted)
            if (content.AsSpan().IndexOf(bytes) >= 0)
            {
                if (!found.TryGetValue(text, out var places))
                    found[text] = places = [];
                places.Add(place);
            }

        return found;
    }

    private async IAsyncEnumerable<(string Place, byte[] Content)> ReadAsync()
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        foreach (var (form, content) in Forms(await ReadFileAsync(path)))
            yield return ($"{path}{form}", content);
        if (bucket is not null)
            await foreach (var (key, stored) in ObjectsAsync(bucket))
            foreach (var (form, content) in Forms(stored))
                yield return ($"{key}{form}", content);
        await foreach (var row in RowsAsync())
            yield return row;
    }

    /// <summary>A file of a living service may go while it is looked for.</summary>
    private static async Task<byte[]> ReadFileAsync(string path)
    {
        try
        {
            await using var file = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            using var copy = new MemoryStream();
            await file.CopyToAsync(copy, Ct);
            return copy.ToArray();
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (IOException)
        {
            // Its owner has locked it, as it does with what it is still writing: read past the lock.
            return await ReadLockedAsync(path);
        }
    }

    private static async Task<byte[]> ReadLockedAsync(string path)
    {
        using var cat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("cat", [path])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        using var copy = new MemoryStream();
        await cat.StandardOutput.BaseStream.CopyToAsync(copy, Ct);
        return copy.ToArray();
    }

    private static IEnumerable<(string Form, byte[] Content)> Forms(byte[] stored)
    {
        yield return ("", stored);
        if (!stored.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]))
            yield break;
        using var content = new MemoryStream();
        using (var frames = new DecompressionStream(new MemoryStream(stored)))
            frames.CopyTo(content);
        yield return (" (decompressed)", content.ToArray());
    }

    private static async IAsyncEnumerable<(string Key, byte[] Content)> ObjectsAsync(TestBucket bucket)
    {
        var listing = bucket.Client.Paginators.ListObjectsV2(
            new ListObjectsV2Request { BucketName = bucket.Options.Bucket }
        );
        await foreach (var listed in listing.S3Objects)
            yield return (listed.Key, await ReadObjectAsync(bucket, listed.Key));
    }

    /// <summary>One that a living service has removed since it was listed holds nothing.</summary>
    private static async Task<byte[]> ReadObjectAsync(TestBucket bucket, string key)
    {
        try
        {
            using var answer = await bucket.Client.GetObjectAsync(bucket.Options.Bucket, key, Ct);
            using var copy = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(copy, Ct);
            return copy.ToArray();
        }
        catch (NoSuchKeyException)
        {
            return [];
        }
    }

    private async IAsyncEnumerable<(string Place, byte[] Content)> RowsAsync()
    {
        // A spool is files alone.
        if (postgres is null && !File.Exists(Path.Combine(folder, "datacurve.db")))
            yield break;
        await using DbConnection connection = postgres is null
            ? new SqliteConnection(
                $"Data Source={Path.Combine(folder, "datacurve.db")};Pooling=False;Mode=ReadOnly"
            )
            : new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(postgres) { Pooling = false, MaxAutoPrepare = 0 }.ToString()
            );
        await connection.OpenAsync(Ct);
        var tables = postgres is null
            ? "select name from sqlite_master where type = 'table'"
            : "select table_schema || '.' || table_name from information_schema.tables "
                + "where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')";
        foreach (var table in await NamesAsync(connection, tables))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"select * from {table}";
            await using var rows = await command.ExecuteReaderAsync(Ct);
            while (await rows.ReadAsync(Ct))
                for (var column = 0; column < rows.FieldCount; column++)
                    yield return (
                        $"{table}.{rows.GetName(column)}",
                        rows.GetValue(column) as byte[] ?? Encoding.UTF8.GetBytes($"{rows.GetValue(column)}")
                    );
        }
    }

    private static async Task<List<string>> NamesAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync(Ct);
        var names = new List<string>();
        while (await rows.ReadAsync(Ct))
            names.Add(rows.GetString(0));
        return names;
    }
}
