using System.Security.Cryptography;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// What the marks of one shell carry, so that nothing else is taken for one: 128 random bits each, in hex.
/// The mark that a prompt has ended stands in the prompt, which programs may come to read: it has a nonce of
/// its own, that no other mark goes by.
/// </summary>
internal sealed record MarkNonces(string OfCommands, string OfPrompts)
{
    public static MarkNonces Random() => new(Hex(), Hex());

    private static string Hex() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
