using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;

namespace Datacurve.Server;

/// <summary>Where the stores are, and whether they can be used.</summary>
internal static partial class Service
{
    /// <summary>
    /// The store that a folder or the environment names, as an operator's command works on it.
    /// </summary>
    public static Database OpenStore(string? data) => Database.Open(ReadOptions(data));

    public static Options ReadOptions(string? data) =>
        OptionsReader.Read(
            Environment.GetEnvironmentVariable,
            data ?? DefaultDataDirectory(),
            overrideStores: data is not null
        );

    // The deployment's volume where there is one, else the user's own folder for such things.
    private static string DefaultDataDirectory() =>
        Directory.Exists("/data")
            ? "/data"
            : Path.Combine(
                // A folder that is not there yet is made; unasked, the name of one is empty.
                Environment.GetFolderPath(
                    Environment.SpecialFolder.LocalApplicationData,
                    Environment.SpecialFolderOption.DoNotVerify
                ),
                "datacurve"
            );

    private static void RequireScratch(BlobStore blobs)
    {
        try
        {
            blobs.WriteScratch();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"{blobs.Scratch}, where blobs come in, takes no files: {exception.Message} Give the service a "
                    + "folder that it may write to."
            );
        }
    }
}
