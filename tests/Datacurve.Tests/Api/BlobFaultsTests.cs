using System.Net;
using System.Security.Cryptography;
using Dapper;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Upkeep;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Api;

public abstract class BlobFaultsTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    private string Root => Path.Combine(service.Folder, "blobs");

    private string PathOf(string blobId) => Path.Combine(Root, "sha256", blobId[7..9], blobId[7..]);

    private async Task<string> UploadAsync(byte[] content) =>
        (await _client.UploadAsync(content)).Json["blob_id"]!.GetValue<string>();

    private Fsck Fsck() => service.Services.GetRequiredService<Fsck>();

    private async Task<List<string>> FindAsync(string about)
    {
        var findings = new List<string>();
        await foreach (var finding in Fsck().FindAsync(progress: null, CancellationToken.None))
            if (finding.Text.Contains(about, StringComparison.Ordinal))
                findings.Add(finding.Text);
        return findings;
    }

    [Fact]
    public async Task Eight_identical_uploads_racing_all_succeed()
    {
        for (var round = 0; round < 10; round++)
        {
            var content = RandomNumberGenerator.GetBytes(300_000);

            var answers = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => Task.Run(() => _client.UploadAsync(content)))
            );

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
            var blobId = Assert.Single(answers.Select(a => a.Json["blob_id"]!.GetValue<string>()).Distinct());
            Assert.Equal(content, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body);
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(Root, "tmp")));
    }

    [Fact]
    public async Task A_flipped_bit_on_disk_is_quarantined_never_served_and_healed_by_an_upload()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        var blobId = await UploadAsync(content);
        await FlipAsync(blobId, 77_777);

        var read = await _client.GetAnswerAsync($"/blobs/{blobId}");
        var again = await _client.GetAnswerAsync($"/blobs/{blobId}");

        read.AssertProblem(HttpStatusCode.NotFound);
        again.AssertProblem(HttpStatusCode.NotFound);
        Assert.True(File.Exists(Path.Combine(Root, "quarantine", blobId[7..])));
        Assert.Equal([$"{blobId} has a row and no bytes"], await FindAsync(blobId));
        await UploadAsync(content);
        Assert.Equal(content, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body);
        Assert.Empty(await FindAsync(blobId));
    }

    [Fact]
    public async Task An_upload_of_bytes_that_are_damaged_on_disk_heals_them_unread()
    {
        var content = RandomNumberGenerator.GetBytes(1_000);
        var blobId = await UploadAsync(content);
        await FlipAsync(blobId, 500);
        Assert.Equal([$"{blobId} is damaged: its bytes hash to something else"], await FindAsync(blobId));

        await UploadAsync(content);

        Assert.Equal(content, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body);
    }

    [Fact]
    public async Task Reading_and_healing_a_damaged_blob_at_once_ends_with_the_bytes_that_were_acknowledged()
    {
        var content = RandomNumberGenerator.GetBytes(200_000);
        var blobId = await UploadAsync(content);
        for (var round = 0; round < 20; round++)
        {
            await FlipAsync(blobId, round);

            await Task.WhenAll(
                Task.Run(() => _client.GetAnswerAsync($"/blobs/{blobId}")),
                Task.Run(() => _client.UploadAsync(content)),
                Task.Run(() => _client.GetAnswerAsync($"/blobs/{blobId}"))
            );

            Assert.Equal(content, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body);
        }
    }

    [Fact]
    public async Task Fsck_reports_a_row_without_its_bytes_bytes_without_their_row_and_a_stray()
    {
        var missing = await UploadAsync(RandomNumberGenerator.GetBytes(10));
        File.Delete(PathOf(missing));
        var orphan = await UploadAsync(RandomNumberGenerator.GetBytes(10));
        Assert.True(BlobId.TryParse(orphan, out var id));
        await service
            .Services.GetRequiredService<Database>()
            .WriteAsync(
                connection =>
                    connection.ExecuteAsync("delete from blobs where hash = @h", new { h = id.Stored() }),
                CancellationToken.None
            );
        Assert.Empty(await FindAsync(orphan + " "));
        // What is young may be an upload's that has no row yet.
        var old = TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromHours(2);
        File.SetLastWriteTimeUtc(PathOf(orphan), old);
        var stray = PathOf(orphan) + ".bak";
        File.Copy(PathOf(orphan), stray);

        Assert.Equal([$"{missing} has a row and no bytes"], await FindAsync(missing));
        Assert.Equal([$"{orphan} has bytes and no row"], await FindAsync(orphan + " "));
        Assert.Single(await FindAsync(stray));
        var output = new StringWriter();
        Assert.Equal(1, await Fsck().PrintAsync(output, json: true, progress: null, CancellationToken.None));
        Assert.Contains(missing, output.ToString(), StringComparison.Ordinal);
        File.Delete(stray);
    }

    [Fact]
    public async Task Leftovers_of_killed_uploads_are_swept_and_an_upload_in_progress_is_not()
    {
        var store = service.Services.GetRequiredService<BlobStore>();
        var temporary = Path.Combine(Root, "tmp");
        Directory.CreateDirectory(temporary);
        var leftover = Path.Combine(temporary, "leftover");
        await File.WriteAllTextAsync(leftover, "half", TestContext.Current.CancellationToken);
        var content = RandomNumberGenerator.GetBytes(500_000);
        using var gate = new SemaphoreSlim(0);
        var upload = store.PutAsync(
            new GatedStream(content, gate),
            expected: null,
            ProjectId.Default,
            CancellationToken.None
        );
        while (Directory.GetFiles(temporary).Length < 2)
            await Task.Delay(10, TestContext.Current.CancellationToken);

        Assert.Equal(1, await store.SweepAsync(CancellationToken.None));

        Assert.False(File.Exists(leftover));
        gate.Release();
        var stored = await upload;
        Assert.Equal(content, (await _client.GetAnswerAsync($"/blobs/{stored.BlobId}")).Body);
        Assert.Empty(Directory.GetFiles(temporary));
    }

    [Fact]
    public async Task A_cut_upload_leaves_nothing()
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(
            _client.BaseAddress!.Host,
            _client.BaseAddress.Port,
            TestContext.Current.CancellationToken
        );
        var head =
            $"PUT /blobs/{Wire.BlobOfHello} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhel";
        await client
            .GetStream()
            .WriteAsync(System.Text.Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        while (
            !Directory.Exists(Path.Combine(Root, "tmp"))
            || Directory.GetFiles(Path.Combine(Root, "tmp")).Length == 0
        )
            await Task.Delay(10, TestContext.Current.CancellationToken);

        client.Client.Close(0);

        while (Directory.GetFiles(Path.Combine(Root, "tmp")).Length > 0)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        (await _client.GetAnswerAsync($"/blobs/{Wire.BlobOfHello}")).AssertProblem(HttpStatusCode.NotFound);
    }

    private async Task FlipAsync(string blobId, int offset)
    {
        var bytes = await File.ReadAllBytesAsync(PathOf(blobId), TestContext.Current.CancellationToken);
        bytes[offset] ^= 0x10;
        await File.WriteAllBytesAsync(PathOf(blobId), bytes, TestContext.Current.CancellationToken);
    }

    /// <summary>Gives its first half at once, and the rest when the gate opens.</summary>
    private sealed class GatedStream(byte[] content, SemaphoreSlim gate) : Stream
    {
        private int _given;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (_given >= content.Length / 2 && gate.CurrentCount == 0)
            {
                await gate.WaitAsync(cancellationToken);
                gate.Release();
            }

            var count = Math.Min(buffer.Length, content.Length - _given);
            content.AsMemory(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => content.Length;
        public override long Position
        {
            get => _given;
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
