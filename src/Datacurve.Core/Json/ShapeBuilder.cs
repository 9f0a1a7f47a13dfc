using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Datacurve.Core.Json;

/// <summary>
/// Derives shapes. Defaults are found by reading a document that has only the required members and writing it
/// again, so that a record's initializers are the one place where a default stands.
/// </summary>
internal static class ShapeBuilder
{
    public static Shape Build(JsonTypeInfo typeInfo) => Build(typeInfo, attributes: null);

    private static Shape Build(JsonTypeInfo typeInfo, ICustomAttributeProvider? attributes)
    {
        var type = Nullable.GetUnderlyingType(typeInfo.Type) ?? typeInfo.Type;
        var info = type == typeInfo.Type ? typeInfo : InfoOf(typeInfo, type);
        var items = Attribute<ItemsAttribute>(attributes);
        var range = Attribute<RangeAttribute>(attributes);
        return new Shape
        {
            Kind = KindOf(type, info),
            IsInt32 = type == typeof(int),
            Min = Bound(range?.Minimum),
            Max = Bound(range?.Maximum),
            ItemsMin = items?.Min,
            ItemsMax = items?.Max,
            Item = info.ElementType is { } element ? Build(InfoOf(info, element)) : null,
            EnumNames = type.IsEnum ? EnumNames(type, info) : [],
            Members = info.Kind == JsonTypeInfoKind.Object ? Members(info) : [],
            Source = info.Kind == JsonTypeInfoKind.Object ? type : null,
            SampleJson =
                type.IsAbstract && info.PolymorphismOptions is { } union ? VariantSample(info, union) : null,
        };
    }

    private static ShapeKind KindOf(Type type, JsonTypeInfo info) =>
        type switch
        {
            _ when type == typeof(string) => ShapeKind.String,
            _ when type == typeof(bool) => ShapeKind.Boolean,
            _ when type == typeof(int) || type == typeof(long) => ShapeKind.Integer,
            _ when type == typeof(double) => ShapeKind.Number,
            _ when type == typeof(Guid) => ShapeKind.Uuid,
            _ when type == typeof(BlobId) => ShapeKind.BlobId,
            _ when type == typeof(JsonElement) => ShapeKind.Any,
            { IsEnum: true } => ShapeKind.Enum,
            _ => info.Kind switch
            {
                JsonTypeInfoKind.Object => ShapeKind.Object,
                JsonTypeInfoKind.Enumerable => ShapeKind.Array,
                JsonTypeInfoKind.Dictionary => ShapeKind.Map,
                _ => throw new NotSupportedException($"{type} has no shape in the contract"),
            },
        };

    private static List<MemberShape> Members(JsonTypeInfo info)
    {
        // An ignored member keeps its metadata and loses its getter.
        var members = info.Properties.Where(property => property.Get is not null).ToList();
        var shapes = members.ToDictionary(
            property => property.Name,
            property => Build(InfoOf(info, property.PropertyType), property.AttributeProvider)
        );
        using var defaults = Defaults(info, shapes);
        return
        [
            .. members.Select(property => new MemberShape(
                property.Name,
                shapes[property.Name],
                IsRequired(property),
                IsNullable(property),
                IsRequired(property) ? null : defaults.RootElement.GetProperty(property.Name).GetRawText()
            )),
        ];
    }

    private static JsonDocument Defaults(JsonTypeInfo info, Dictionary<string, Shape> shapes)
    {
        // A payload's base class cannot be created; the union's variants bring their own defaults.
        if (info.Type.IsAbstract)
            return JsonDocument.Parse("{}");

        var required = info
            .Properties.Where(IsRequired)
            .Select(property => $"\"{property.Name}\":{Sample(shapes[property.Name])}");
        var sparse = JsonSerializer.Deserialize($"{{{string.Join(',', required)}}}", info);
        return JsonSerializer.SerializeToDocument(sparse, info);
    }

    private static string Sample(Shape shape) =>
        shape.Kind switch
        {
            ShapeKind.String => "\"\"",
            ShapeKind.Integer or ShapeKind.Number => (shape.Min ?? 0).ToString("F0"),
            ShapeKind.Boolean => "false",
            ShapeKind.Uuid => $"\"{Guid.Empty}\"",
            ShapeKind.BlobId => $"\"{default(BlobId)}\"",
            ShapeKind.Enum => $"\"{shape.EnumNames[0]}\"",
            ShapeKind.Array => "[]",
            ShapeKind.Object => shape.SampleJson ?? $"{{{RequiredMembers(shape)}}}",
            _ => "{}",
        };

    private static string RequiredMembers(Shape shape) =>
        string.Join(',', shape.Members.Where(m => m.Required).Select(m => $"\"{m.Name}\":{Sample(m.Shape)}"));

    private static string VariantSample(JsonTypeInfo info, JsonPolymorphismOptions union)
    {
        var first = union.DerivedTypes[0];
        var members = RequiredMembers(Build(InfoOf(info, first.DerivedType)));
        return $"{{\"{union.TypeDiscriminatorPropertyName}\":\"{first.TypeDiscriminator}\",{members}}}";
    }

    // The end of what an integer can be is no bound.
    private static double? Bound(object? bound) =>
        bound is null || Convert.ToDouble(bound) is >= long.MaxValue ? null : Convert.ToDouble(bound);

    private static List<string> EnumNames(Type type, JsonTypeInfo info) =>
        [
            .. Enum.GetValuesAsUnderlyingType(type)
                .Cast<object>()
                .Select(value =>
                    JsonSerializer.SerializeToElement(Enum.ToObject(type, value), info).GetString()!
                ),
        ];

    // A record's own parameters have to be there, and the serializer does not say so by itself.
    private static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired
        || property.AssociatedParameter is { IsMemberInitializer: false, HasDefaultValue: false };

    private static bool IsNullable(JsonPropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || (!property.PropertyType.IsValueType && property.IsSetNullable);

    private static JsonTypeInfo InfoOf(JsonTypeInfo owner, Type type) => owner.Options.GetTypeInfo(type);

    private static T? Attribute<T>(ICustomAttributeProvider? attributes)
        where T : Attribute =>
        attributes?.GetCustomAttributes(typeof(T), inherit: false).OfType<T>().FirstOrDefault();
}
