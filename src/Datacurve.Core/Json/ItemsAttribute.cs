namespace Datacurve.Core.Json;

/// <summary>How many items an array may hold. DataAnnotations' own attributes are not AOT-clean.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemsAttribute(int min, int max) : Attribute
{
    public int Min { get; } = min;
    public int Max { get; } = max;
}
