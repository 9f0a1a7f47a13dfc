using Datacurve.Server;

namespace Datacurve.Tests;

/// <summary>What a start says of its stores, so that settings which do not fit are seen at once.</summary>
public sealed class StartReportTests
{
    private static string[] Lines(string? data, params (string Name, string Value)[] variables)
    {
        var values = variables.ToDictionary(one => one.Name, one => one.Value);
        var options = OptionsReader.Read(values.GetValueOrDefault, data ?? "/var/data", data is not null);
        return [.. StartReport.Lines(options, data, values.GetValueOrDefault)];
    }

    [Fact]
    public void A_folder_of_everything_is_all_there_is_to_say() =>
        Assert.Equal(["Data in /var/data"], Lines(null));

    [Fact]
    public void Every_store_that_is_elsewhere_is_named_without_its_password()
    {
        var secret = Guid.NewGuid().ToString("N");

        var line = Assert.Single(
            Lines(
                null,
                ("DATABASE_URL", $"postgresql://u:{secret}@db/traces"),
                ("BLOB_STORE_PATH", "s3://bucket/prefix"),
                ("REDIS_URL", $"redis://:{secret}@broker:6380/7")
            )
        );

        Assert.Equal(
            "Data in traces on db:5432, blobs in s3://bucket/prefix/, jobs in redis://broker:6380/7",
            line
        );
        Assert.DoesNotContain(secret, line, StringComparison.Ordinal);
    }

    [Fact]
    public void Blobs_of_a_file_may_be_on_another_disk() =>
        Assert.Equal(["Data in /var/data, blobs in /big"], Lines(null, ("BLOB_STORE_PATH", "/big")));

    [Fact]
    public void Settings_that_a_named_folder_goes_before_are_told() =>
        Assert.Equal(
            [
                "Data in /named",
                "Not used, since --data keeps everything in its folder: DATABASE_URL, BLOB_STORE_PATH",
            ],
            Lines("/named", ("DATABASE_URL", "postgresql://u@db/x"), ("BLOB_STORE_PATH", "s3://bucket"))
        );

    [Theory]
    [InlineData("api")]
    [InlineData("worker")]
    public void A_role_alone_over_a_file_is_told_that_nobody_else_can_join(string role)
    {
        Assert.Contains($"Only the role {role}", Lines(null, ("ROLES", role))[^1], StringComparison.Ordinal);
        Assert.Single(Lines(null, ("ROLES", role), ("DATABASE_URL", "postgresql://u@db/x")));
    }
}
