namespace Datacurve.Core.Redaction;

/// <summary>
/// Something that redaction would replace: where it is, and by which rule; never the value.
/// </summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The byte in the line, from 1.</param>
/// <param name="Length">Bytes.</param>
/// <param name="RuleId">The rule's id.</param>
public readonly record struct Finding(long Line, int Column, int Length, string RuleId);

/// <summary>How sure a detector is. Where two overlap, the higher one decides what is replaced.</summary>
internal enum Rank
{
    /// <summary>Personal data: true of the form, whatever it stands in.</summary>
    Personal,

    /// <summary>A secret because of where it stands, such as behind a name.</summary>
    Context,

    /// <summary>A secret by its own form, or a value that is known to be one.</summary>
    Token,
}

/// <summary>A range of a piece of text that is to be replaced.</summary>
internal readonly record struct Found(int Start, int End, string RuleId, string Label, Rank Rank)
{
    public int Length => End - Start;
}
