namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// A setup that did not work is a finding about the repository, told with the end of its output.
/// </summary>
internal static class SetupOutcome
{
    public static void ThrowIfFailed(SandboxEnd end, SandboxConversation conversation)
    {
        var reason = end switch
        {
            { TimedOut: true } => "the setup took too long",
            { OutOfMemory: true } or { Trailer: null } => "the setup ran out of memory",
            { Trailer.ExitCode: not 0 } => $"a setup command failed with exit code {end.Trailer.ExitCode}",
            _ => null,
        };
        if (reason is not null)
            throw new NotReproducibleException(
                reason,
                OutputTail.Of(conversation.Stdout, conversation.Stderr)
            );
    }
}
