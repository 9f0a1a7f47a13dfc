using Datacurve.Core.Events;

namespace Datacurve.Server.Qa.Judges;

/// <summary>One thought, and whether it says anything about this bug.</summary>
internal sealed class Remark
{
    private static readonly HashSet<string> CausalWords =
    [
        .. (
            "because since causes caused cause due therefore instead wrong missing never always before after "
            + "returns overwrites skips drops forgets twice truncates rounds compares inclusive exclusive"
        )
            .Split(' ')
            .Select(Words.Form),
    ];

    private readonly WordOrder order;

    /// <param name="meanShare">Of all thoughts of the trace, where there are several.</param>
    public Remark(
        Recorded<Thought> thought,
        WordOrder order,
        double? meanShare,
        IReadOnlySet<string> codeTerms,
        IReadOnlySet<string> subjectTerms
    )
    {
        this.order = order;
        Thought = thought;
        Terms = Words.Of(thought.Read.Kept);
        Named =
        [
            .. Terms
                .Where(codeTerms.Contains)
                .OrderByDescending(term => term.Length)
                .ThenBy(term => term, StringComparer.Ordinal),
        ];
        IsLanguage = order.IsLanguage(meanShare);
        var ofBug = Terms.Where(subjectTerms.Contains).ToHashSet();
        var others = Terms.Count(term => !ofBug.Contains(term) && !CausalWords.Contains(term));
        IsSound = IsLanguage && (ofBug.Count >= 2 || ofBug.Count == 1 && others <= 1);
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

    /// <summary>Three words at least, in an order that English has.</summary>
    public bool IsLanguage { get; }

    /// <summary>
    /// Language with two words of this bug, or one where it has hardly another that carries meaning. Length
    /// beyond that earns nothing.
    /// </summary>
    public bool IsSound { get; }
    public bool IsCausal { get; }

    /// <summary>What keeps it from counting, as a rationale says it.</summary>
    public string Fault =>
        order.IsShort ? "fewer than three words"
        : !IsLanguage ? "not an English sentence"
        : "too few words of this bug";
}
