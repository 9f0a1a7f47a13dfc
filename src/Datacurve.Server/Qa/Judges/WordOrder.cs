using System.Buffers;
using System.Collections.Frozen;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// Whether words stand in an order that English has: what tells a sentence from the same words shuffled.
/// </summary>
/// <remarks>
/// Every word is of one of fourteen kinds: the function words by lists, the others by their ending, code by
/// its signs. <see cref="FollowsTenths"/> is ln(P(next | kind) / P(next)) in tenths, counted over 30,000
/// commit subjects and paragraphs of nine open source projects and the documentation of Python's library.
/// Summed over a text it says how much likelier this order is in English than by chance. Measured on texts
/// that were not counted: docs/decisions/0018.
/// </remarks>
internal sealed class WordOrder
{
    /// <summary>A sentence of few words may be a little less likely than chance.</summary>
    private const double LikelihoodMin = -1.25;

    /// <summary>The mean <see cref="Share"/> of thoughts that are sentences is far above.</summary>
    private const double MeanShareMin = 0.5;

    /// <summary>One text says no more than this about the others of its trace.</summary>
    private const double ShareMax = 3;

    private const int WordsMin = 3;

    /// <summary>Notes leave function words out, but not more than seven in eight.</summary>
    private const int WordsPerJoint = 8;
    private const int WordsMax = 2_000;

    private static readonly FrozenDictionary<string, Kind> FunctionWords = new (Kind Kind, string Words)[]
    {
        (Kind.Article, "the a an its their our your my his every no"),
        (
            Kind.Pointer,
            "this that these those each both all any some which what whose either neither such one another"
        ),
        (
            Kind.Preposition,
            "of in on at by for from with into onto over under between through within without against during "
                + "like about per behind beyond inside outside across towards upon via up down out off"
        ),
        (Kind.To, "to"),
        (
            Kind.Conjunction,
            "and or but nor because if while although though when where whereas than unless until so since "
                + "before after whether once as"
        ),
        (
            Kind.Auxiliary,
            "is are was were has had have does did do will would should could can may might must cannot"
        ),
        (Kind.Be, "be been being"),
        (Kind.Pronoun, "it they we i he she you there nothing something everything nobody who them us"),
        (Kind.Adverb, "not never only also just still already always then too even again instead"),
    }
        .SelectMany(list => list.Words.Split(' ').Select(word => KeyValuePair.Create(word, list.Kind)))
        .ToFrozenDictionary();

    private static readonly SearchValues<char> CodeSigns = SearchValues.Create("0123456789_()[]{}=<>/.+*");
    private static readonly SearchValues<char> Pauses = SearchValues.Create(".,;:!?)");
    private static readonly char[] Closing = [.. ".,;:!?)\"'`]}>"];

    /// <summary>They give reasons, and stand in a heap of words as easily as in a sentence.</summary>
    private static readonly FrozenSet<string> NoJoints = ["because", "since", "instead", "always", "never"];

    /// <summary>Row: a kind; column: the kind that follows it. Both in the order of <see cref="Kind"/>.</summary>
    private static readonly sbyte[][] FollowsTenths =
    [
        [-50, -3, 8, -10, -17, 7, -8, -23, 8, 4, 3, 2, 1, -5, 3],
        [-35, -46, -28, -41, -50, -36, -50, -43, -47, -12, 1, 2, 3, -4, 8],
        [-13, -3, -4, -7, -13, -7, 15, -16, 6, 0, -9, -3, -6, 11, -1],
        [-22, 13, 6, -20, -18, -20, -42, -19, -8, -14, 9, -6, 7, 0, 0],
        [-30, 6, -4, -39, -39, -31, -7, 21, -15, -1, 7, -13, -8, -9, 5],
        [-21, 9, 6, -13, -18, -10, -7, -19, 19, 3, 3, 2, 9, -2, -1],
        [-23, 4, -3, -14, -4, -20, -7, 27, -8, 20, -15, 15, 0, -23, -1],
        [-27, 2, -11, -13, -22, -27, -50, -20, -25, 4, -13, 27, -3, -22, -2],
        [-7, -12, -15, -5, 0, -7, 24, -10, -16, 11, -32, 5, -20, -1, -5],
        [-2, -3, -10, 3, -7, -1, -4, 15, -4, 1, -13, 13, 4, -1, 0],
        [11, -26, -13, -2, 3, 4, 3, -20, -21, -5, 2, -9, -9, 0, -6],
        [1, -4, -3, 10, 11, 4, -23, -50, -11, -2, -3, -15, -4, 2, -3],
        [0, 7, 1, 5, 4, -2, -8, -27, 1, -8, -1, -7, -6, 3, -2],
        [9, -1, 2, 8, 8, 4, 4, -15, -3, -4, -10, -5, -7, -14, -11],
        [4, -5, -3, 4, 4, 1, 0, -20, -6, -7, -3, -8, -1, 3, -1],
    ];

    private readonly double likelihood;
    private readonly bool joined;

    private WordOrder(int words, int joints, bool inflected, int tenths)
    {
        IsShort = words < WordsMin;
        joined = joints * WordsPerJoint >= words || words == WordsMin && inflected;
        likelihood = tenths / 10.0;
    }

    private enum Kind
    {
        Pause,
        Article,
        Pointer,
        Preposition,
        To,
        Conjunction,
        Auxiliary,
        Be,
        Pronoun,
        Adverb,
        Code,
        Past,
        Gerund,
        EndsInS,
        Other,
    }

    /// <summary>Too short to have an order.</summary>
    public bool IsShort { get; }

    /// <summary>What it says about its trace: few words say little, many say enough.</summary>
    public double Share => Math.Clamp(likelihood, -ShareMax, ShareMax);

    public static WordOrder Of(string text)
    {
        int words = 0,
            joints = 0,
            tenths = 0;
        var inflected = false;
        var previous = Kind.Pause;
        foreach (var (kind, joins) in Kinds(text).Append((Kind.Pause, false)))
        {
            if (kind == Kind.Pause && previous == Kind.Pause)
                continue;
            tenths += FollowsTenths[(int)previous][(int)kind];
            words += kind == Kind.Pause ? 0 : 1;
            joints += joins ? 1 : 0;
            inflected |= kind is Kind.Past or Kind.Gerund or Kind.EndsInS;
            previous = kind;
        }

        return new WordOrder(words, joints, inflected, tenths);
    }

    /// <summary>
    /// Whether it reads as English, by itself and with the other thoughts of its trace, since few words say
    /// little alone.
    /// </summary>
    /// <param name="meanShare">The mean <see cref="Share"/> of these; null where it stands alone.</param>
    public bool IsLanguage(double? meanShare) =>
        !IsShort && joined && likelihood >= LikelihoodMin && meanShare is null or >= MeanShareMin;

    private static IEnumerable<(Kind Kind, bool Joins)> Kinds(string text)
    {
        var chunks = text.Replace('’', '\'')
            .Replace("\n\n", "\n.\n", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var chunk in chunks.Take(WordsMax))
        {
            var word = chunk.TrimStart('(', '"', '\'', '`', '[', '{', '<');
            var core = word.TrimEnd(Closing);
            if (chunk.StartsWith('(') || chunk.All(sign => "-–—*#".Contains(sign)))
                yield return (Kind.Pause, false);
            if (core.Length > 0 && !core.All(sign => "-–—*#".Contains(sign)))
                yield return KindOf(core);
            if (word.AsSpan(core.Length).IndexOfAny(Pauses) >= 0)
                yield return (Kind.Pause, false);
        }
    }

    private static (Kind Kind, bool Joins) KindOf(string word)
    {
        if (IsCode(word))
            return (Kind.Code, false);

        var lower = word.ToLowerInvariant();
        if (lower.EndsWith("n't", StringComparison.Ordinal))
            return (Kind.Auxiliary, true);
        if (lower.EndsWith("'s", StringComparison.Ordinal))
            lower = lower[..^2];
        return FunctionWords.TryGetValue(lower, out var kind)
            ? (kind, !NoJoints.Contains(lower))
            : (KindByEnding(lower), false);
    }

    private static bool IsCode(string word) =>
        word.AsSpan().IndexOfAny(CodeSigns) >= 0
        || !word.Any(char.IsLetter)
        || word.Zip(word.Skip(1)).Any(pair => char.IsLower(pair.First) && char.IsUpper(pair.Second));

    private static Kind KindByEnding(string word) =>
        word.Length > 4 && word.EndsWith("ing", StringComparison.Ordinal) ? Kind.Gerund
        : word.Length <= 3 ? Kind.Other
        : word.EndsWith("ed", StringComparison.Ordinal) ? Kind.Past
        : word.EndsWith("ly", StringComparison.Ordinal) ? Kind.Adverb
        : word[^1] == 's' && !"sui".Contains(word[^2]) ? Kind.EndsInS
        : Kind.Other;
}
