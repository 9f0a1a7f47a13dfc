using Datacurve.Cli.Spool;
using Datacurve.Core.Redaction;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Makes content fit to leave the machine, byte for byte the same for the same content; null where it must
/// not be kept at all.
/// </summary>
/// <param name="path">Of the file, relative to the repository.</param>
internal delegate byte[]? Cleanse(string path, byte[] content);

/// <summary>Content as a recording keeps it.</summary>
internal static class Cleansed
{
    /// <summary>Why a file is left out that cannot be cleansed, as the end of a sentence.</summary>
    public const string Refusal = "could not be searched for secrets";

    /// <summary>
    /// Under the key of a recording, as it cleanses what it is given: what was cleansed here stays as it is.
    /// </summary>
    public static Cleanse By(RecordingManifest recording)
    {
        var cleansing = new Cleansing(recording.RedactionKey);
        return (_, content) =>
        {
            try
            {
                return cleansing.File(content);
            }
            catch (RedactionException)
            {
                return null;
            }
        };
    }
}
