using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;

namespace Datacurve.Server;

/// <summary>
/// <c>datacurve fsck</c>: walks the whole store and reports what does not hold: a row without its file, a
/// file without its row, content that does not hash to its name, a trace whose events end elsewhere than it
/// says, a sealed trace whose chain does not hold. Changes nothing; safe while the service runs.
/// </summary>
internal sealed class Fsck(Database database, BlobStore blobs)
{
    private const int Looks = 5;

    /// <returns>The findings, one sentence each.</returns>
    public async IAsyncEnumerable<string> FindAsync()
    {
        var recorded = await RecordedAsync();
        var files = new HashSet<BlobId>();
        await foreach (var listed in blobs.ListAsync(CancellationToken.None))
        {
            if (listed.BlobId is not { } named)
                yield return $"{listed.Place} is no blob: its name is not where its hash belongs";
            else if (files.Add(named) && !recorded.Contains(named) && !await IsRecordedSoonAsync(named))
                yield return $"{named} has a file and no row";
            else if (await blobs.IsWholeAsync(listed, named, CancellationToken.None) is not true)
                yield return $"{named} is damaged: its bytes hash to something else";
        }

        foreach (var blobId in recorded.Where(blobId => !files.Contains(blobId)))
            yield return $"{blobId} has a row and no file";
        await foreach (var finding in new TraceChecks(database, new EventReader(database, blobs)).FindAsync())
            yield return finding;
    }

    /// <summary>Runs the check for the command line.</summary>
    /// <returns>0 where everything holds, 1 where something does not.</returns>
    public async Task<int> PrintAsync(TextWriter output, bool json)
    {
        var count = 0;
        await foreach (var finding in FindAsync())
        {
            count++;
            await output.WriteLineAsync(json ? JsonSerializer.Serialize(new { finding }) : finding);
        }

        if (!json)
            await output.WriteLineAsync(count == 0 ? "The store holds." : $"{count} findings.");
        return count == 0 ? 0 : 1;
    }

    private Task<HashSet<BlobId>> RecordedAsync() =>
        database.ReadAsync(async connection =>
            (await connection.QueryAsync<byte[]>("select hash from blobs"))
                .Select(hash => BlobId.FromHash(hash))
                .ToHashSet()
        );

    /// <summary>An upload that is going on has its file a moment before its row.</summary>
    private async Task<bool> IsRecordedSoonAsync(BlobId blobId)
    {
        for (var look = 0; look < Looks; look++)
        {
            if (look > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            var found = await database.ReadAsync(connection =>
                connection.ExecuteScalarAsync<long>(
                    "select count(*) from blobs where hash = @hash",
                    new { hash = blobId.Stored() }
                )
            );
            if (found > 0)
                return true;
        }

        return false;
    }
}
