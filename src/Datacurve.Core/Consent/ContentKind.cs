namespace Datacurve.Core.Consent;

/// <summary>What a text of a trace holds, for a developer who does not let everything be stored.</summary>
public enum ContentKind
{
    /// <summary>Neither code nor output: ids, paths, commands, what people write.</summary>
    Plain,

    /// <summary>Code, or the hash of a file or a blob of it.</summary>
    Code,

    /// <summary>What a program printed, or the hash of a blob of it.</summary>
    Output,

    /// <summary>It may be either, and goes where one of the two is refused.</summary>
    Either,
}
