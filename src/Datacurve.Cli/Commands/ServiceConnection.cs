using System.Text.Json;
using System.Text.Json.Serialization;
using Datacurve.Cli.Client;
using Datacurve.Cli.Spool;

namespace Datacurve.Cli.Commands;

/// <summary>What <c>datacurve login</c> stored: <c>config.json</c>, readable by its owner alone.</summary>
internal sealed record UserConfig
{
    public string? ServiceUrl { get; init; }
    public string? ApiKey { get; init; }

    private static string ConfigPath => Path.Combine(UserFolders.Config(), "config.json");

    /// <exception cref="RecordingException">The file is there and cannot be read.</exception>
    public static UserConfig Read()
    {
        var path = ConfigPath;
        if (!File.Exists(path))
            return new UserConfig();
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), UserConfigJson.Default.UserConfig)
                ?? new UserConfig();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new RecordingException(
                $"{path} cannot be read: {e.Message.TrimEnd('.')}. `datacurve login` writes it anew.",
                e
            );
        }
    }

    /// <summary>Stores it, and returns where.</summary>
    public string Write()
    {
        DurableFile.CreateFolder(Path.GetDirectoryName(ConfigPath)!);
        DurableFile.Replace(
            ConfigPath,
            JsonSerializer.SerializeToUtf8Bytes(this, UserConfigJson.Default.UserConfig)
        );
        return ConfigPath;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UserConfig))]
internal sealed partial class UserConfigJson : JsonSerializerContext;

/// <summary>Connects to a service with the key that is for it.</summary>
internal static class ServiceConnection
{
    public const string KeyVariable = "DATACURVE_API_KEY";

    /// <summary>The key of the environment, or the one stored for this very service and no other.</summary>
    public static ServiceClient Open(Uri url) => new(url, KeyFor(url));

    private static string? KeyFor(Uri url)
    {
        if (Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key)
            return key;
        var config = UserConfig.Read();
        return Uri.TryCreate(config.ServiceUrl, UriKind.Absolute, out var stored) && stored == url
            ? config.ApiKey
            : null;
    }
}
