using Datacurve.Core.Events;

namespace Datacurve.Server.Qa.Judges;

/// <summary>One thought, and whether it says anything about this bug.</summary>
internal sealed class Remark
{
    /// <summary>Fewer meaningful words than this say nothing.</summary>
    private const int WordsMin = 5;

    private static readonly HashSet<string> CausalWords =
    [
        .. (
            "because since causes caused cause due therefore instead wrong missing never always before after "
            + "returns overwrites skips drops forgets twice truncates rounds compares inclusive exclusive"
        )
            .Split(' ')
            .Select(Words.Form),
    ];

    public Remark(
        Recorded<Thought> thought,
        IReadOnlySet<string> codeTerms,
        IReadOnlySet<string> subjectTerms
    )
    {
        Thought = thought;
        Terms = Words.Of(thought.Read.Kept);
        Named =
        [
            .. Terms
                .Where(codeTerms.Contains)
                .OrderByDescending(term => term.Length)
                .ThenBy(term => term, StringComparer.Ordinal),
        ];
        IsSentence = Terms.Count >= WordsMin;
        IsSound = IsSentence && Terms.Count(subjectTerms.Contains) >= 2;
        var text = thought.Read.Kept.ToLowerInvariant();
        IsCausal = Terms.Overlaps(CausalWords) || text.Contains("off by", StringComparison.Ordinal);
    }

    public Recorded<Thought> Thought { get; }
    public ThoughtKind Kind => Thought.Payload.Kind;
    public long Seq => Thought.Seq;
    public Guid? EventId => Thought.EventId;
    public IReadOnlySet<string> Terms { get; }

    /// <summary>The names of the fix that it uses, the longest first.</summary>
    public IReadOnlyList<string> Named { get; }

    /// <summary>Enough different words to say anything.</summary>
    public bool IsSentence { get; }

    /// <summary>
    /// Enough different words, at least two of which belong to this bug. Length beyond that earns nothing.
    /// </summary>
    public bool IsSound { get; }
    public bool IsCausal { get; }
}
