using System.CommandLine;
using System.Security.Cryptography;
using Datacurve.Core.Redaction;

namespace Datacurve.Cli.Commands;

/// <summary>What was given on the command line cannot be used; the message says what to do.</summary>
internal sealed class UsageException(string reason) : Exception(reason);

/// <summary>The options that <c>redact</c> and <c>scan</c> have in common.</summary>
internal static class RedactionSetup
{
    private const int RuleFileBytesMax = 4 << 20;
    private const int KeyFileBytesMax = 4096;

    public static Option<string?> Rules() =>
        new("--rules")
        {
            Description =
                "A rule file in gitleaks' format to take instead of the bundled rules; with [extend] "
                + "useDefault = true it adds to them",
            HelpName = "file",
        };

    /// <exception cref="UsageException">The file cannot be read, or is no rule file.</exception>
    public static RuleSet ReadRules(string? path)
    {
        if (path is null)
            return RuleSet.Default;
        try
        {
            return RuleSet.Parse(System.Text.Encoding.UTF8.GetString(ReadAll(path, RuleFileBytesMax)));
        }
        catch (RuleFileException e)
        {
            throw new UsageException($"{path}: {e.Message}");
        }
    }

    /// <summary>The key in a file, or a new one that nobody will ever know.</summary>
    /// <exception cref="UsageException">The file cannot be read, or the key is too short.</exception>
    public static byte[] ReadKey(string? path)
    {
        if (path is null)
            return RandomNumberGenerator.GetBytes(32);
        var key = ReadAll(path, KeyFileBytesMax);
        return key.Length >= Redactor.KeyBytesMin
            ? key
            : throw new UsageException(
                $"{path}: a key has at least {Redactor.KeyBytesMin} bytes; make one with: "
                    + $"head -c 32 /dev/urandom > {path}"
            );
    }

    private static byte[] ReadAll(string path, int bytesMax)
    {
        try
        {
            return new FileInfo(path).Length <= bytesMax
                ? File.ReadAllBytes(path)
                : throw new UsageException($"{path}: is over {bytesMax} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: {e.Message}");
        }
    }
}
