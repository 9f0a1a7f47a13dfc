using System.Text.Json.Serialization.Metadata;

namespace Datacurve.Core.Json;

/// <summary>
/// What a JSON value must look like, derived once from a contract record's serializer metadata. One shape
/// serves validation, the defaults that are filled in and the OpenAPI document.
/// </summary>
public sealed record Shape
{
    public required ShapeKind Kind { get; init; }

    /// <summary>The known members of an object, in order of declaration.</summary>
    public IReadOnlyList<MemberShape> Members { get; init; } = [];

    /// <summary>The items of an array or the values of a map.</summary>
    public Shape? Item { get; init; }

    /// <summary>The wire names of an enum.</summary>
    public IReadOnlyList<string> EnumNames { get; init; } = [];

    /// <summary>Whether an integer has 32 bits; it has 64 otherwise.</summary>
    public bool IsInt32 { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    public int? ItemsMin { get; init; }
    public int? ItemsMax { get; init; }

    /// <summary>Where one member of the object decides the shape of another.</summary>
    public ShapeUnion? Union { get; init; }

    /// <summary>The record this shape was derived from, null for leaves.</summary>
    public Type? Source { get; init; }

    /// <summary>A document of this shape, where the members alone do not tell one.</summary>
    internal string? SampleJson { get; init; }

    /// <summary>The shape of the record that <paramref name="typeInfo"/> describes.</summary>
    public static Shape Of(JsonTypeInfo typeInfo) => ShapeBuilder.Build(typeInfo);
}

public enum ShapeKind
{
    Any,
    Object,
    Map,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    Enum,
    Uuid,
    BlobId,
}

/// <summary>
/// One member of an object. <see cref="DefaultJson"/> is what stands in the document where the client sent
/// nothing: raw JSON, <c>null</c> for an optional member, and no value at all for a required one.
/// </summary>
public sealed record MemberShape(string Name, Shape Shape, bool Required, bool Nullable, string? DefaultJson)
{
    /// <summary>The default, ready to be put behind another member: <c>"name":value</c>.</summary>
    internal byte[]? DefaultMember { get; } =
        DefaultJson is null ? null : System.Text.Encoding.UTF8.GetBytes($"\"{Name}\":{DefaultJson}");

    internal byte[] Utf8Name { get; } = System.Text.Encoding.UTF8.GetBytes(Name);
}

/// <summary>
/// The string member that names the variant, the member that has its shape, and all variants.
/// </summary>
public sealed record ShapeUnion(
    string Discriminator,
    string Variant,
    IReadOnlyDictionary<string, Shape> Variants
);
