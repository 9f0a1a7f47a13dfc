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
        // Small ones of the same kind first, so that compiled code and compiled rules are not counted.
        foreach (var small in pieces)
            Put(connection, PathOf([small], 1), [small], 1);
        var path = PathOf(pieces, Pieces);

        var put = await ExtraAsync(server, () => Put(connection, path, pieces, Pieces));
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

    private static string PathOf(List<byte[]> pieces, int count)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < count; i++)
            hash.AppendData(pieces[i % pieces.Count]);
        return $"/blobs/sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static void Put(RawConnection connection, string path, List<byte[]> pieces, int count)
    {
        connection.Send(
            connection.Head("PUT", path, (long)count * pieces[0].Length, "application/octet-stream"),
            []
        );
        for (var i = 0; i < count; i++)
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
