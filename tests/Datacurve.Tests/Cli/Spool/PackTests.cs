using System.Globalization;
using System.Text;
using Datacurve.Cli.Spool;
using Datacurve.Core;

namespace Datacurve.Tests.Cli.Spool;

/// <summary>Packs of blobs that are cut, damaged, rolled over, thinned out and read meanwhile.</summary>
public sealed class PackTests(ITestOutputHelper output)
{
    private const int Cuts = 300;
    private const string First = "00000001.pack";

    [Fact]
    public void A_pack_cut_anywhere_keeps_every_whole_blob_before_the_cut_and_goes_on()
    {
        var random = Seeded();
        var (pack, contents) = Pack();
        for (var i = 0; i < Cuts; i++)
        {
            var cut = random.Next(pack.Length + 1);
            using var folder = new TempFolder();
            File.WriteAllBytes(folder.Combine(First), pack[..cut]);
            var kept = new List<byte[]>();
            for (var end = 0; kept.Count < contents.Count; kept.Add(contents[kept.Count]))
                if ((end += PackHead.Bytes + contents[kept.Count].Length) > cut)
                    break;

            var after = Encoding.UTF8.GetBytes($"after {cut}");
            using (var packs = new PackFolder(folder.Path))
            {
                packs.Prepare();
                Assert.Equal(kept.Select(Id), packs.All());
                Add(packs, after);
                packs.Flush();
            }

            using var read = new PackFolder(folder.Path);
            Assert.Equal([.. kept, after], read.All().Select(blobId => read.Read(blobId)!));
            Assert.Equal(kept.Append(after).Sum(content => PackHead.Bytes + content.Length), read.Bytes());
        }
    }

    [Fact]
    public void A_flipped_byte_anywhere_loses_the_blob_it_lies_in_and_no_other()
    {
        var random = Seeded();
        var (pack, contents) = Pack();
        for (var i = 0; i < Cuts; i++)
        {
            var at = random.Next(pack.Length);
            var damaged = pack.ToArray();
            damaged[at] ^= (byte)random.Next(1, 256);
            using var folder = new TempFolder();
            File.WriteAllBytes(folder.Combine(First), damaged);
            var hit = 0;
            for (var end = 0; (end += PackHead.Bytes + contents[hit].Length) <= at; )
                hit++;

            using var packs = new PackFolder(folder.Path);
            packs.Prepare();

            Assert.Equal(contents.Where((_, n) => n != hit).Select(Id), packs.All());
            Assert.False(packs.Has(Id(contents[hit])), "it would not be written again");
            Add(packs, contents[hit]);
            Assert.All(contents, content => Assert.Equal(content, packs.Read(Id(content))));
        }
    }

    [Fact]
    public void A_full_pack_is_followed_by_the_next_and_all_of_them_are_read()
    {
        using var folder = new TempFolder();
        var contents = Enumerable.Range(0, 50).Select(n => Encoding.UTF8.GetBytes($"content {n}")).ToList();
        using (var packs = new PackFolder(folder.Path, packBytes: 500))
            foreach (var content in contents)
            {
                Add(packs, content);
                packs.Flush();
            }

        using var again = new PackFolder(folder.Path, packBytes: 500);
        again.Prepare();
        Add(again, "more"u8.ToArray());

        Assert.InRange(Directory.GetFiles(folder.Path).Length, 6, 8);
        Assert.Equal(contents.Select(Id).Append(Id("more"u8.ToArray())), again.All());
        Assert.All(contents, content => Assert.Equal(content, again.Read(Id(content))));
    }

    [Fact]
    public void What_is_deleted_is_on_no_disk_and_the_rest_stays_and_goes_on()
    {
        using var folder = new TempFolder();
        using var packs = new PackFolder(folder.Path, packBytes: 500);
        packs.Prepare();
        var contents = Enumerable.Range(0, 50).Select(n => Encoding.UTF8.GetBytes($"content {n};")).ToList();
        foreach (var content in contents)
            Add(packs, content);
        var gone = contents.Take(10).Concat(contents.Where((_, n) => n % 7 == 3)).Concat(contents[^1..]);
        var goneIds = gone.Select(Id).ToHashSet();

        packs.Delete(goneIds);

        var kept = contents.Where(content => !goneIds.Contains(Id(content))).ToList();
        var disk = Directory.GetFiles(folder.Path).SelectMany(File.ReadAllBytes).ToArray();
        Assert.All(gone, content => Assert.Equal(-1, disk.AsSpan().IndexOf(content)));
        Assert.All(goneIds, id => Assert.Equal(-1, disk.AsSpan().IndexOf(Convert.FromHexString(id.Hash))));
        Assert.Equal(kept.Select(Id), packs.All());
        Assert.All(goneIds, id => Assert.Null(packs.Read(id)));
        Add(packs, contents[0]);
        packs.Flush();
        using var again = new PackFolder(folder.Path);
        Assert.All(kept.Append(contents[0]), content => Assert.Equal(content, again.Read(Id(content))));
        Assert.Equal(disk.Length + PackHead.Bytes + contents[0].Length, again.Bytes());
    }

    [Fact]
    public void A_deletion_that_the_disk_refuses_half_way_loses_nothing_that_stays()
    {
        using var folder = new TempFolder();
        using var packs = new PackFolder(folder.Path, packBytes: 500);
        packs.Prepare();
        var contents = Enumerable.Range(0, 20).Select(n => Encoding.UTF8.GetBytes($"content {n};")).ToList();
        foreach (var content in contents)
            Add(packs, content);
        // What stands there cannot be opened as a file.
        Directory.CreateDirectory(folder.Combine("00000002.pack.next"));

        Assert.ThrowsAny<SystemException>(() =>
            packs.Delete(new HashSet<BlobId> { Id(contents[0]), Id(contents[10]) })
        );

        Assert.All(contents[1..], content => Assert.Equal(content, packs.Read(Id(content))));
        Assert.Null(packs.Read(Id(contents[0])));
    }

    [Fact]
    public void Whoever_reads_meanwhile_finds_what_came_later_and_what_was_moved()
    {
        using var folder = new TempFolder();
        using var writer = new PackFolder(folder.Path);
        using var reader = new PackFolder(folder.Path);
        writer.Prepare();
        Assert.False(reader.Has(Id("one"u8.ToArray())));
        Add(writer, "one"u8.ToArray());
        Assert.Equal("one"u8, reader.Read(Id("one"u8.ToArray()))!);
        Add(writer, "two"u8.ToArray());
        Assert.Equal("two"u8, reader.Read(Id("two"u8.ToArray()))!);

        writer.Delete(new HashSet<BlobId> { Id("one"u8.ToArray()) });

        Assert.Equal("two"u8, reader.Read(Id("two"u8.ToArray()))!);
        Assert.Null(reader.Read(Id("one"u8.ToArray())));
        Assert.False(reader.Has(Id("one"u8.ToArray())));
    }

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed.ToString(CultureInfo.InvariantCulture)}");
        return new Random(seed);
    }

    /// <summary>A pack with blobs that are empty, that look like heads, and that hold heads.</summary>
    private static (byte[] Pack, List<byte[]> Contents) Pack()
    {
        using var folder = new TempFolder();
        var contents = new List<byte[]> { Array.Empty<byte>() };
        for (var n = 0; n < 12; n++)
            contents.Add(Encoding.UTF8.GetBytes(new string((char)('a' + n), n + 1)));
        contents.Add([.. PackHead.Mark, .. PackHead.Mark]);
        contents.Add([.. PackHead.Of(Id("never packed"u8.ToArray()), 5), .. "liars"u8]);
        contents.Add("the last"u8.ToArray());
        using (var packs = new PackFolder(folder.Path))
            foreach (var content in contents)
                Add(packs, content);
        return (File.ReadAllBytes(folder.Combine(First)), contents);
    }

    private static void Add(PackFolder packs, byte[] content) => packs.Add(Id(content), content);

    private static BlobId Id(byte[] content) => BlobId.Of(content);
}
