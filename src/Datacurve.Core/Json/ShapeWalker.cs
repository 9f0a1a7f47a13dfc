using System.Text.Json;

namespace Datacurve.Core.Json;

/// <summary>
/// The one pass of <see cref="ShapeValidator"/>: a reader, the path to where it stands, and findings.
/// </summary>
internal ref struct ShapeWalker(ReadOnlySpan<byte> json, bool fillNulls)
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = ShapeValidator.DepthMax };

    private readonly ReadOnlySpan<byte> _json = json;
    private readonly List<PathSegment> _path = [];
    private Utf8JsonReader _reader = new(json, ReaderOptions);

    // What the reader's offsets are counted from: other than 0 while a late payload is walked.
    private int _origin;

    public List<FieldError> Errors { get; } = [];
    public List<Insertion> Insertions { get; } = [];
    public List<UnionPosition> UnionPositions { get; } = [];

    public void WalkDocument(Shape shape)
    {
        try
        {
            _reader.Read();
            WalkValue(shape, nullable: false);
            _reader.Read();
        }
        catch (JsonException exception)
        {
            // The reader stops at what would open one level too many; what opens a level is not yet in it.
            var opened = _reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0;
            var what =
                _reader.CurrentDepth + opened == ShapeValidator.DepthMax
                    ? $"nests deeper than {ShapeValidator.DepthMax} levels"
                    : "is not valid JSON";
            var message = $"{what} at byte {exception.BytePositionInLine} of line {exception.LineNumber + 1}";
            Errors.Add(new FieldError(Path(), message, null));
        }
    }

    private void WalkValue(Shape shape, bool nullable)
    {
        if (_reader.TokenType == JsonTokenType.Null && (nullable || shape.Kind == ShapeKind.Any))
            return;

        switch (shape.Kind, _reader.TokenType)
        {
            case (ShapeKind.Object, JsonTokenType.StartObject):
                WalkObject(shape);
                break;
            case (ShapeKind.Map or ShapeKind.Any, JsonTokenType.StartObject):
                WalkMap();
                break;
            case (ShapeKind.Array or ShapeKind.Any, JsonTokenType.StartArray):
                WalkArray(shape);
                break;
            default:
                if (LeafRules.Check(in _reader, shape) is { } message)
                    Fail(message, LeafRules.Shown(in _reader));
                _reader.Skip();
                break;
        }
    }

    private void WalkObject(Shape shape)
    {
        var start = Offset;
        var seen = new Range?[shape.Members.Count];
        HashSet<string>? unknown = null;
        var empty = true;
        for (; _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName; empty = false)
        {
            var index = KnownMember(shape);
            if (index < 0)
                WalkUnknownMember(ref unknown);
            else
                WalkMember(shape, index, seen);
        }

        if (shape.Union is { } union)
            WalkLatePayload(shape, union, seen);
        FillAbsent(shape, seen, empty);
        if (shape.Union is not null)
            UnionPositions.Add(new UnionPosition(start..(Offset + 1), seen));
    }

    private void WalkMember(Shape shape, int index, Range?[] seen)
    {
        var member = shape.Members[index];
        _path.Add(new PathSegment(member.Name, -1));
        if (seen[index] is not null)
            Fail("appears twice", null);
        _reader.Read();
        var start = Offset;
        if (shape.Union is { } union && member.Name == union.Variant)
            WalkPayload(shape, union, seen);
        else
            WalkValue(member.Shape, member.Nullable);
        seen[index] = start..End;
        _path.RemoveAt(_path.Count - 1);
    }

    private void WalkUnknownMember(ref HashSet<string>? seen)
    {
        var name = LeafRules.Text(in _reader);
        _path.Add(new PathSegment(name ?? "?", -1));
        if (name is null)
            Fail("has a name with a lone surrogate or a NUL", null);
        else if (!(seen ??= new(StringComparer.Ordinal)).Add(name))
            Fail("appears twice", null);
        _reader.Read();
        WalkValue(AnyShape, nullable: true);
        _path.RemoveAt(_path.Count - 1);
    }

    // Every map of the contract holds any values.
    private void WalkMap()
    {
        HashSet<string>? seen = null;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            WalkUnknownMember(ref seen);
    }

    private void WalkArray(Shape shape)
    {
        var count = 0;
        for (; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count >= shape.ItemsMax)
            {
                _reader.Skip();
                continue;
            }

            _path.Add(new PathSegment(null, count));
            WalkValue(shape.Item ?? AnyShape, nullable: shape.Item is null);
            _path.RemoveAt(_path.Count - 1);
        }

        if (count < shape.ItemsMin || count > shape.ItemsMax)
            Fail(
                shape.ItemsMin == shape.ItemsMax
                    ? $"takes exactly {shape.ItemsMin} items"
                    : $"takes {shape.ItemsMin} to {shape.ItemsMax} items",
                Quantity.Of(count, "item")
            );
    }

    // The payload can be checked on the way only where its type stood before it.
    private void WalkPayload(Shape shape, ShapeUnion union, Range?[] seen)
    {
        if (Variant(shape, union, seen) is { } variant)
            WalkValue(variant, nullable: false);
        else
            _reader.Skip();
    }

    private void WalkLatePayload(Shape shape, ShapeUnion union, Range?[] seen)
    {
        var payload = IndexOf(shape, union.Variant);
        var type = IndexOf(shape, union.Discriminator);
        if (seen[type] is not { } typeAt)
            return;

        if (Variant(shape, union, seen) is not { } variant)
            RefuseVariant(union, typeAt);
        else if (seen[payload] is { } payloadAt && typeAt.Start.Value > payloadAt.Start.Value)
            WalkAgain(payloadAt, new PathSegment(union.Variant, -1), variant);
    }

    private readonly void RefuseVariant(ShapeUnion union, Range typeAt)
    {
        var sent = new Utf8JsonReader(_json[typeAt]);
        sent.Read();
        // What is no text at all has been refused as a member.
        if (sent.TokenType != JsonTokenType.String || LeafRules.Text(in sent) is null)
            return;

        _path.Add(new PathSegment(union.Discriminator, -1));
        Fail($"must be one of {string.Join(", ", union.Variants.Keys)}", LeafRules.Shown(in sent));
        _path.RemoveAt(_path.Count - 1);
    }

    private void WalkAgain(Range range, PathSegment segment, Shape shape)
    {
        var reader = _reader;
        var origin = _origin;
        _origin = range.Start.Value;
        _reader = new Utf8JsonReader(_json[range], ReaderOptions);
        _path.Add(segment);
        _reader.Read();
        WalkValue(shape, nullable: false);
        _path.RemoveAt(_path.Count - 1);
        _reader = reader;
        _origin = origin;
    }

    private readonly Shape? Variant(Shape shape, ShapeUnion union, Range?[] seen)
    {
        if (seen[IndexOf(shape, union.Discriminator)] is not { } typeAt || _json[typeAt.Start.Value] != '"')
            return null;

        var reader = new Utf8JsonReader(_json[typeAt]);
        reader.Read();
        return LeafRules.Text(in reader) is { } name ? union.Variants.GetValueOrDefault(name) : null;
    }

    private void FillAbsent(Shape shape, Range?[] seen, bool empty)
    {
        var closing = Offset;
        for (var i = 0; i < seen.Length; i++)
        {
            var member = shape.Members[i];
            if (seen[i] is not null)
                continue;

            if (member.Required)
            {
                _path.Add(new PathSegment(member.Name, -1));
                Fail("is required", null);
                _path.RemoveAt(_path.Count - 1);
            }
            else if (fillNulls || member.DefaultJson != "null")
            {
                Insertions.Add(new Insertion(closing, !empty, member.DefaultMember!));
                empty = false;
            }
        }
    }

    private readonly int KnownMember(Shape shape)
    {
        // An escaped name is compared as text: the reader's own comparison throws on a lone surrogate.
        var name = _reader.ValueIsEscaped ? LeafRules.Text(in _reader) ?? "" : null;
        for (var i = 0; i < shape.Members.Count; i++)
            if (
                name is null
                    ? _reader.ValueSpan.SequenceEqual(shape.Members[i].Utf8Name)
                    : name == shape.Members[i].Name
            )
                return i;
        return -1;
    }

    private static int IndexOf(Shape shape, string name)
    {
        for (var i = 0; i < shape.Members.Count; i++)
            if (shape.Members[i].Name == name)
                return i;
        throw new InvalidOperationException($"the union's member {name} is not a member of its shape");
    }

    private readonly int Offset => _origin + (int)_reader.TokenStartIndex;
    private readonly int End => _origin + (int)_reader.BytesConsumed;

    private readonly void Fail(string message, string? value)
    {
        if (Errors.Count < ShapeValidator.ErrorsMax)
            Errors.Add(new FieldError(Path(), message, value));
    }

    private readonly string Path() =>
        _path.Count == 0 ? "body" : string.Join('.', _path.Select(segment => segment.ToString()));

    private static readonly Shape AnyShape = new() { Kind = ShapeKind.Any };

    private readonly record struct PathSegment(string? Name, int Index)
    {
        public override string ToString() => Name is null ? Index.ToString() : FieldError.Cut(Name);
    }
}
