using System.Security.Cryptography;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>What memory it takes to receive, and to give back, a blob of 1 GiB.</summary>
internal sealed class HugeBlob : IBenchmark
{
    private const int Pieces = 1024;
    private const double Megabyte = 1 << 20;
    private const double MegabytesMax = 64;

    public string Name => "huge-blob";

    public string Summary => "the memory that putting, and getting, a blob of 1 GiB takes on top";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        using var server = await ServerUnderLoad.StartAsync(settings.NewFolder("huge"));
        using var connection = new RawConnection(server.Address);
        var pieces = Enumerable.Range(0, 8).Select(seed => Piece(seed)).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < Pieces; i++)
            hash.AppendData(pieces[i % pieces.Count]);
        var path = $"/blobs/sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
        // A small one first, so that compiled code is not counted.
        connection.Ask(connection.Head("GET", "/health", 0), []);

        var put = await ExtraAsync(server, () => Put(connection, path, pieces));
        var get = await ExtraAsync(
            server,
            () => Check(connection.Ask(connection.Head("GET", path, 0), []).Status, 200)
        );
        return [Held("put", put), Held("get", get)];
    }

    private Figure Held(string verb, double extra) =>
        new()
        {
            Name = $"{Name}-{verb}",
            Unit = "MiB more",
            Measured = extra,
            Target = MegabytesMax,
            AtMost = true,
        };

    private static async Task<double> ExtraAsync(ServerUnderLoad server, Action transfer)
    {
        server.ForgetPeak();
        var before = server.ResidentBytes;
        await Task.Run(transfer);
        return (server.PeakBytes - before) / Megabyte;
    }

    private static void Put(RawConnection connection, string path, List<byte[]> pieces)
    {
        connection.Send(
            connection.Head("PUT", path, (long)Pieces * pieces[0].Length, "application/octet-stream"),
            []
        );
        for (var i = 0; i < Pieces; i++)
            connection.Send(pieces[i % pieces.Count], []);
        Check(connection.Receive().Status, 201);
    }

    private static void Check(int status, int wanted)
    {
        if (status != wanted)
            throw new InvalidOperationException($"the huge blob was answered with {status}");
    }

    // Half of it compresses and half does not, as in an archive of sources and built things.
    private static byte[] Piece(int seed)
    {
        var piece = new byte[1 << 20];
        new Random(seed).NextBytes(piece);
        System.Text.Encoding.UTF8.GetBytes(new SampleEvents(seed).Text(piece.Length / 2), piece);
        return piece;
    }
}
