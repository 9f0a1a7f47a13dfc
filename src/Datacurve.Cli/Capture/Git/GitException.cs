namespace Datacurve.Cli.Capture.Git;

/// <summary>
/// The repository cannot be read, or not recorded; the message says why and what to do.
/// </summary>
internal sealed class GitException(string message, Exception? inner = null) : Exception(message, inner);
