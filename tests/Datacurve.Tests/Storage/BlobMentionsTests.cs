using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Tests.Storage;

public sealed class BlobMentionsTests
{
    private static readonly string Id = BlobId.Of("x"u8).ToString();

    [Theory]
    [InlineData("", 0)]
    [InlineData("\"ID\"", 1)]
    [InlineData("{\"a\": [\"ID\", {\"ID\": \"see ID.\"}]}", 3)]
    [InlineData("sha256:sha256:ID", 1)]
    [InlineData("sha256:0123", 0)]
    [InlineData("{\"a\": \"\\u0073ha256:HEX\"}", 1)]
    [InlineData("{\"\\u0073ha256\\u003aHEX\": \"ID\"}", 2)]
    [InlineData("{\"a\": \"UPPER\"}", 0)]
    public void Names_are_found_wherever_they_stand(string document, int count)
    {
        document = document
            .Replace("ID", Id, StringComparison.Ordinal)
            .Replace("HEX", Id[7..], StringComparison.Ordinal)
            .Replace("UPPER", "sha256:" + Id[7..].ToUpperInvariant(), StringComparison.Ordinal);

        var found = BlobMentions.In(Encoding.UTF8.GetBytes(document));

        Assert.Equal(count, found.Count);
        Assert.All(found, hash => Assert.Equal(SHA256.HashData("x"u8), hash));
    }

    [Theory]
    [InlineData("{\"pre_hash\":\"ID\"}", true)]
    [InlineData("{\"pre_hash\":\"ID\",\"post_hash\": \"ID\"}", true)]
    [InlineData("{\"pre_hash\":\"ID\",\"patch_blob_id\":\"ID\"}", false)]
    [InlineData("{\"patch_blob_id\":\"ID\"}", false)]
    [InlineData("{\"pre_hash\" : \"ID\", \"file_path\": \"\\u00e4\"}", true)]
    [InlineData("{\"pre_hash\":\"ID\",\"patch_blob_id\":\"\\u0073ha256:HEX\"}", false)]
    [InlineData("{\"pre_hash\":[\"ID\"]}", false)]
    [InlineData("{\"pre_hash\":\"see ID\"}", false)]
    [InlineData("{\"content_hash\":\"ID\"}", false)]
    [InlineData("", false)]
    public void The_hash_of_a_file_is_no_blobs_name(string document, bool isOfFile) =>
        Assert.Equal(
            isOfFile,
            BlobMentions.AreOfFile(
                Encoding.UTF8.GetBytes(
                    document
                        .Replace("ID", Id, StringComparison.Ordinal)
                        .Replace("HEX", Id[7..], StringComparison.Ordinal)
                ),
                SHA256.HashData("x"u8)
            )
        );

    /// <summary>Any string in any escaping that JSON allows.</summary>
    [Fact]
    public void A_name_is_found_however_its_characters_are_escaped() =>
        Gen
            .Bool.Array[Id.Length]
            .Sample(escaped =>
            {
                var text = string.Concat(
                    Id.Select((letter, at) => escaped[at] ? $"\\u{(int)letter:x4}" : letter.ToString())
                );
                var document = $$"""{"note": "before\n{{text}}", "more": "\ud83d\ude00"}""";
                Assert.Equal(
                    Id,
                    JsonDocument.Parse(document).RootElement.GetProperty("note").GetString()![7..]
                );
                Assert.Single(BlobMentions.In(Encoding.UTF8.GetBytes(document)));
            });
}
