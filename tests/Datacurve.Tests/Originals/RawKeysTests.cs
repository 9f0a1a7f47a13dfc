using System.Security.Cryptography;
using Datacurve.Server;
using Datacurve.Server.Originals;
using Datacurve.Tests.Cli;

namespace Datacurve.Tests.Originals;

/// <summary>The files that hold keys: what is taken, and what is refused and how that is said.</summary>
public sealed class RawKeysTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_is_read_as_its_bytes_and_in_base64()
    {
        var key = RandomNumberGenerator.GetBytes(RawKey.KeyBytes);
        var plain = KeyFile("plain", key);
        var text = KeyFile("text", System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));

        Assert.Equal(RawKeys.Read(plain).Current!.Id, RawKeys.Read(text).Current!.Id);
        Assert.Null(RawKeys.Read(null).Current);
    }

    [Fact]
    public void The_first_key_seals_and_those_behind_it_are_known()
    {
        var (now, before) = (
            KeyFile("now", RandomNumberGenerator.GetBytes(RawKey.KeyBytes)),
            KeyFile("before", RandomNumberGenerator.GetBytes(RawKey.KeyBytes))
        );

        var keys = RawKeys.Read($"{now}, {before}");

        Assert.Equal(RawKeys.Read(now).Current!.Id, keys.Current!.Id);
        Assert.NotNull(keys.Find(RawKeys.Read(before).Current!.Id));
        Assert.Null(keys.Find(new byte[RawKey.IdBytes]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(4096)]
    public void What_is_no_key_is_refused_without_being_repeated(int length)
    {
        var content = RandomNumberGenerator.GetHexString(length);

        var refused = Assert.Throws<StartException>(() =>
            RawKeys.Read(KeyFile("key", System.Text.Encoding.ASCII.GetBytes(content)))
        );

        Assert.Contains("openssl rand -base64 32", refused.Message, StringComparison.Ordinal);
        if (length > 0)
            Assert.DoesNotContain(content, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_everybody_may_read_is_refused()
    {
        var path = KeyFile("key", RandomNumberGenerator.GetBytes(RawKey.KeyBytes));
        SetMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        var refused = Assert.Throws<StartException>(() => RawKeys.Read(path));

        Assert.Contains($"chmod o-rwx {path}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Assert.Contains(
            "cannot be read",
            Assert.Throws<StartException>(() => RawKeys.Read(_folder.Path + "/none")).Message,
            StringComparison.Ordinal
        );

    private string KeyFile(string name, byte[] content) => KeyFile(_folder.Path, name, content);

    internal static string KeyFile(string folder, string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        SetMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
