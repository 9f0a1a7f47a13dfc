using Datacurve.Core.Redaction.Names;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// Judges what stands behind a name in a sentence. It has to look drawn; a number in hex is a digest as
/// often, but for one that is called a key or secret in two words or by a variable, or that is, with its
/// name, all of a comment.
/// </summary>
internal static class SaidKey
{
    private const int HexCharsMin = 32;

    public static bool Is(ReadOnlySpan<char> text, ReadOnlySpan<char> name, AssignedValue value)
    {
        var content = text[value.Start..value.End];
        return SecretValue.IsRandom(content)
            || SecretName.IsStrong(name)
                && (
                    name.Contains(' ')
                    || Gap.IsVariable(name)
                    || SecretName.IsSecret(name)
                    || IsOfComment(text, name, value)
                )
                && (IsNumber(content) || SecretValue.IsUuid(content) && !Examples.IsExampleUuid(content));
    }

    private static bool IsOfComment(ReadOnlySpan<char> text, ReadOnlySpan<char> name, AssignedValue value)
    {
        var before = text[..(value.Gap.End - value.Gap.Length - name.Length)].Trim(" \t+-");
        return before is "/*" or "//" or "#" or "*" && text[value.End..].Trim() is "" or "*/";
    }

    private static bool IsNumber(ReadOnlySpan<char> content) =>
        content.Length >= HexCharsMin
        && !content.TrimStart("0x").ContainsAnyExcept(SecretValue.HexDigits)
        && SecretValue.IsKey(content);
}
