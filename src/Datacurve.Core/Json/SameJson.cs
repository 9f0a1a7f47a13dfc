using System.Text.Json;

namespace Datacurve.Core.Json;

/// <summary>Compares JSON by what it says, whatever its white space and the order of its members.</summary>
public static class SameJson
{
    public static bool Is(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right)
    {
        using var leftDocument = JsonDocument.Parse(left);
        using var rightDocument = JsonDocument.Parse(right);
        return JsonElement.DeepEquals(leftDocument.RootElement, rightDocument.RootElement);
    }
}
