using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;

namespace Datacurve.Server;

/// <summary>Where the stores are, and whether they can be used.</summary>
internal static partial class Service
{
    /// <summary>
    /// The store that a folder or the environment names, as an operator's command works on it.
    /// </summary>
    /// <exception cref="StartException">There is none: a mistyped folder is not to become one.</exception>
    public static Database OpenStore(string? data) => Database.Open(ReadOptionsOfStore(data));

    /// <summary>The same, made where there is none: a key may come before the first start.</summary>
    public static Database MakeStore(string? data) => Database.Open(ReadOptions(data));

    /// <exception cref="StartException">A variable has a value that it does not take, or the store is not
    /// there.</exception>
    public static Options ReadOptionsOfStore(string? data)
    {
        var options = ReadOptions(data);
        return options.PostgresConnection is not null || File.Exists(options.DatabasePath)
            ? options
            : throw new StartException(
                $"{options.DatabasePath} does not exist. Name the service's folder with --data."
            );
    }

    public static Options ReadOptions(string? data) =>
        // An unset variable of a script is not to mean the folder that one stands in.
        string.IsNullOrWhiteSpace(data ?? "-")
            ? throw new StartException("--data takes a folder, not an empty text.")
            : OptionsReader.Read(
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
