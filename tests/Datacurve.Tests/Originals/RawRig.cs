using System.Net;
using System.Security.Cryptography;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;
using Datacurve.Server.Upkeep;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Erasing;

namespace Datacurve.Tests.Originals;

/// <summary>The real service with a key, whose default project keeps originals.</summary>
internal sealed class RawRig : IAsyncDisposable
{
    private readonly TempFolder _keys = new();

    private RawRig() => KeyPath = NewKeyFile("key");

    public ErasureRig Erasure { get; private set; } = null!;

    public HttpClient Client => Erasure.Client;

    public WholeStore Store => Erasure.Store;

    /// <summary>The file of the key; in a folder of its own.</summary>
    public string KeyPath { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RawRig> StartAsync(string engine, string medium)
    {
        var rig = new RawRig();
        rig.Erasure = await ErasureRig.StartAsync(
            engine,
            medium,
            model: null,
            options => options with { RawKeyPath = rig.KeyPath }
        );
        await rig.SetModeAsync(ProjectModes.Raw);
        return rig;
    }

    public Task RestartAsync(string? keyPath) =>
        Erasure.RestartAsync(options => options with { RawKeyPath = keyPath });

    public string NewKeyFile(string name) =>
        RawKeysTests.KeyFile(_keys.Path, name, RandomNumberGenerator.GetBytes(RawKey.KeyBytes));

    /// <summary>Sets the mode, as a process that has a key.</summary>
    public async Task SetModeAsync(string mode) =>
        Assert.True(
            await new ProjectModes(Erasure.Database, RawKeys.Read(KeyPath), TimeProvider.System).SetAsync(
                "default",
                mode,
                Ct
            )
        );

    public async Task<string> UploadAsync(byte[] content)
    {
        var answer = await Client.UploadAsync(content);
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return answer.Json["blob_id"]!.GetValue<string>();
    }

    /// <summary>The blobs that are noted as originals.</summary>
    public async Task<List<string>> OriginalsAsync() =>
        (
            await Erasure.Database.ReadAsync(connection =>
                connection.QueryAsync<byte[]>("select original_hash from blob_originals")
            )
        )
            .Select(hash => BlobId.FromHash(hash).ToString())
            .ToList();

    /// <summary>As if a blob, and its originals, had been sent again at a time.</summary>
    public async Task TouchAsync(string blobId, DateTimeOffset at)
    {
        Assert.True(BlobId.TryParse(blobId, out var id));
        await Erasure.Database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    update blobs set touched_at_ms = @at, generation = generation + 1
                    where hash in (
                        select stored_hash from project_blobs where hash = @hash
                        union select original_hash from blob_originals where hash = @hash)
                    """,
                    new { at = at.ToUnixTimeMilliseconds(), hash = id.Stored() }
                ),
            Ct
        );
    }

    /// <summary>How many events and documents of traces have an original.</summary>
    public Task<long> TraceOriginalsAsync() =>
        Erasure.Database.ReadAsync(connection =>
            connection.ExecuteScalarAsync<long>(
                "select (select count(*) from event_originals) + (select count(*) from document_originals)"
            )
        );

    /// <summary>Has each of two blobs take the other's original for its own.</summary>
    public async Task ExchangeAsync(string one, string other)
    {
        Assert.True(BlobId.TryParse(one, out var first) & BlobId.TryParse(other, out var second));
        await Erasure.Database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    update blob_originals
                    set hash = case when hash = @first then @second else @first end
                    where hash in (@first, @second)
                    """,
                    new { first = first.Stored(), second = second.Stored() }
                ),
            Ct
        );
    }

    /// <summary>Every file of the blob store, temporary ones too.</summary>
    public string[] Files() =>
        Directory.GetFiles(Path.Combine(Erasure.Folder, "blobs"), "*", SearchOption.AllDirectories);

    public Task<List<Finding>> FsckAsync() => Erasure.FsckAsync();

    public async ValueTask DisposeAsync()
    {
        await Erasure.DisposeAsync();
        _keys.Dispose();
    }
}
