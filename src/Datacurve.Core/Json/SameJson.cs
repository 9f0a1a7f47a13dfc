using System.Text.Json;

namespace Datacurve.Core.Json;

/// <summary>
/// Compares JSON by what it says, whatever its white space, its escapes and the order of its members.
/// Numbers are the same where their text is: a client that sends again writes them as before, and the
/// framework's comparison throws on large exponents.
/// </summary>
public static class SameJson
{
    /// <param name="left">A document in which no member is named twice.</param>
    /// <param name="right">The same.</param>
    public static bool Is(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right)
    {
        using var leftDocument = JsonDocument.Parse(left);
        using var rightDocument = JsonDocument.Parse(right);
        return Is(leftDocument.RootElement, rightDocument.RootElement);
    }

    private static bool Is(JsonElement left, JsonElement right) =>
        left.ValueKind == right.ValueKind
        && left.ValueKind switch
        {
            JsonValueKind.Object => HasSameMembers(left, right),
            JsonValueKind.Array => left.GetArrayLength() == right.GetArrayLength()
                && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => Is(pair.First, pair.Second)),
            JsonValueKind.String => left.ValueEquals(right.GetString()),
            JsonValueKind.Number => left.GetRawText() == right.GetRawText(),
            _ => true,
        };

    private static bool HasSameMembers(JsonElement left, JsonElement right)
    {
        var members = right.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        return left.EnumerateObject()
                .All(member => members.Remove(member.Name, out var other) && Is(member.Value, other))
            && members.Count == 0;
    }
}
