namespace Datacurve.Core.Redaction;

/// <summary>
/// Redaction could not be done. Whoever catches this refuses the data; nothing of it may be let through.
/// The message never holds any of it.
/// </summary>
public sealed class RedactionException : Exception
{
    public RedactionException(string reason)
        : base(reason) { }

    public RedactionException(string reason, Exception cause)
        : base(reason, cause) { }

    /// <summary>The line that could not be redacted, from 1; null where it is not known.</summary>
    public long? Line { get; init; }
}

/// <summary>
/// A rule file is refused. The message is one sentence that names the rule and what is wrong with it.
/// </summary>
public sealed class RuleFileException(string reason) : Exception(reason);
