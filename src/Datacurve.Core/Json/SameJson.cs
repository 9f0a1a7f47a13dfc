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

    /// <summary>The same, but for a member of both whose UUID may be in another case (RFC 9562, 4).</summary>
    public static bool Is(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right, string uuidMember)
    {
        using var leftDocument = JsonDocument.Parse(left);
        using var rightDocument = JsonDocument.Parse(right);
        return HasSameMembers(leftDocument.RootElement, rightDocument.RootElement, uuidMember);
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

    private static bool HasSameMembers(JsonElement left, JsonElement right, string? uuidMember = null)
    {
        var members = right.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        return left.EnumerateObject()
                .All(member =>
                    members.Remove(member.Name, out var other)
                    && (
                        Is(member.Value, other)
                        || (member.Name == uuidMember && IsSameUuid(member.Value, other))
                    )
                )
            && members.Count == 0;
    }

    private static bool IsSameUuid(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.String
        && right.ValueKind == JsonValueKind.String
        && left.TryGetGuid(out var one)
        && right.TryGetGuid(out var other)
        && one == other;
}
