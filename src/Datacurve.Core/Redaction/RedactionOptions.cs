using System.Text;

namespace Datacurve.Core.Redaction;

/// <summary>What is replaced beside the secrets that the rules find.</summary>
public sealed record RedactionOptions
{
    /// <summary>
    /// Whether addresses of mail and machines, phone numbers, payment cards, names of users, and people's
    /// names in git's output are replaced too.
    /// </summary>
    public bool PersonalData { get; init; } = true;

    /// <summary>
    /// Whether a value is known by the name that ends the line above it, too. What a line becomes then no
    /// longer depends on that line alone: for whole texts, and for none that has to agree with a diff.
    /// </summary>
    public bool NamesAbove { get; init; }

    /// <summary>
    /// Whether secrets are replaced that are known by what stands around them alone: a name, a header, an
    /// address. In bytes that are no text that happens by chance.
    /// </summary>
    internal bool Context { get; init; } = true;

    /// <summary>
    /// Whether a line that is nothing but a drawn value is one. Where ids are given as texts of their own,
    /// they look alike.
    /// </summary>
    internal bool LoneValues { get; init; } = true;

    /// <summary>
    /// Values that are known before anything is recorded, such as those of the environment's secret
    /// variables and the names of the machine and its user. They have to stay the same throughout a trace.
    /// </summary>
    public IReadOnlyList<KnownValue> KnownValues { get; init; } = [];
}

/// <summary>What a known value is.</summary>
public enum KnownKind
{
    /// <summary>A secret: replaced wherever its bytes stand.</summary>
    Secret,

    /// <summary>The name of a user: replaced as a word.</summary>
    User,

    /// <summary>The name of a machine: replaced as a word.</summary>
    Host,

    /// <summary>The name of a person: replaced as a word.</summary>
    Person,
}

/// <summary>A value that is replaced wherever it stands.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">At least <see cref="BytesMin"/> bytes of UTF-8, on one line.</param>
public sealed record KnownValue(KnownKind Kind, string Value)
{
    /// <summary>Shorter values would be found in too much that they are not.</summary>
    public const int BytesMin = 4;

    internal byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Value);
    internal string Keyword => Value;
    internal string RuleId => $"known-{Kind.ToString().ToLowerInvariant()}";
    internal string Label => Kind.ToString().ToLowerInvariant();
}

internal static class KnownValues
{
    public static void Find(ReadOnlySpan<byte> text, int start, KnownValue known, List<Found> found)
    {
        var end = start + known.Bytes.Length;
        if (end > text.Length || !text[start..end].SequenceEqual(known.Bytes))
            return;
        var isWord =
            (start == 0 || !IsWordByte(text[start - 1])) && (end == text.Length || !IsWordByte(text[end]));
        if (known.Kind == KnownKind.Secret || isWord)
            found.Add(
                new Found(
                    start,
                    end,
                    known.RuleId,
                    known.Label,
                    known.Kind == KnownKind.Secret ? Rank.Token : Rank.Personal
                )
            );
    }

    private static bool IsWordByte(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || value == (byte)'_' || value >= 0x80;
}
