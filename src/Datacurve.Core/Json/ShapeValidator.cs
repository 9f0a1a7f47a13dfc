using System.Buffers;
using System.Text.Unicode;

namespace Datacurve.Core.Json;

/// <summary>
/// Checks outside JSON against a shape in one pass over its bytes, without building objects, and puts in the
/// defaults of absent members. What the shape does not know is kept as it came.
/// </summary>
/// <remarks>
/// Refused: text that is not JSON or not UTF-8, nesting deeper than 64, a member named twice, a lone
/// surrogate, a NUL character, a number of more than <see cref="NumberLengthMax"/> characters, and what the
/// shape forbids. Nothing throws.
/// </remarks>
public static class ShapeValidator
{
    public const int DepthMax = 64;
    public const int NumberLengthMax = 1024;
    public const int ErrorsMax = 100;

    /// <param name="utf8Json">One document; kept by reference where nothing has to be filled in.</param>
    /// <param name="shape">What it must look like.</param>
    /// <param name="fillNulls">Whether absent optional members are put in as <c>null</c>.</param>
    public static ValidatedJson Validate(ReadOnlyMemory<byte> utf8Json, Shape shape, bool fillNulls = false)
    {
        if (!Utf8.IsValid(utf8Json.Span))
            return new ValidatedJson { Errors = [new FieldError("body", "is not valid UTF-8", null)] };

        var walker = new ShapeWalker(utf8Json.Span, fillNulls);
        walker.WalkDocument(shape);
        return walker.Errors.Count > 0
            ? new ValidatedJson { Errors = walker.Errors }
            : Filled(utf8Json, walker.Insertions, walker.UnionPositions);
    }

    private static ValidatedJson Filled(
        ReadOnlyMemory<byte> json,
        List<Insertion> insertions,
        List<UnionPosition> unions
    )
    {
        // A payload that stood before its type was walked late, so its insertions came late too.
        insertions = [.. insertions.OrderBy(insertion => insertion.Offset)];
        var filled = insertions.Count == 0 ? json : Insert(json.Span, insertions);
        var shift = new OffsetShift(insertions);
        return new ValidatedJson
        {
            Errors = [],
            Json = filled,
            Unions = unions.ConvertAll(union => new UnionSpan(
                shift.Slice(filled, union.Object),
                Array.ConvertAll(
                    union.Values,
                    value => value is { } range ? shift.Slice(filled, range) : (ReadOnlyMemory<byte>?)null
                )
            )),
        };
    }

    private static byte[] Insert(ReadOnlySpan<byte> json, List<Insertion> insertions)
    {
        var filled = new ArrayBufferWriter<byte>(json.Length + insertions.Count * 32);
        var copied = 0;
        foreach (var insertion in insertions)
        {
            filled.Write(json[copied..insertion.Offset]);
            if (insertion.AfterComma)
                filled.Write(","u8);
            filled.Write(insertion.Member);
            copied = insertion.Offset;
        }

        filled.Write(json[copied..]);
        return filled.WrittenSpan.ToArray();
    }
}

/// <summary>Members to put in before the closing brace at an offset of the original text.</summary>
internal readonly record struct Insertion(int Offset, bool AfterComma, byte[] Member)
{
    public int Length => Member.Length + (AfterComma ? 1 : 0);
}

/// <summary>An object of union shape in the original text, with its members' values.</summary>
internal sealed record UnionPosition(Range Object, Range?[] Values);

/// <summary>Where an offset of the original text lies once all insertions are in.</summary>
internal readonly struct OffsetShift
{
    private readonly int[] _offsets;
    private readonly int[] _shifts;

    public OffsetShift(List<Insertion> insertions)
    {
        _offsets = [.. insertions.Select(insertion => insertion.Offset)];
        _shifts = new int[insertions.Count + 1];
        for (var i = 0; i < insertions.Count; i++)
            _shifts[i + 1] = _shifts[i] + insertions[i].Length;
    }

    public ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> filled, Range original) =>
        filled[Shifted(original.Start.Value)..Shifted(original.End.Value)];

    private int Shifted(int offset)
    {
        // Several insertions may share an offset, so the search is for the first one not before it.
        int low = 0,
            high = _offsets.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_offsets[middle] < offset)
                low = middle + 1;
            else
                high = middle;
        }

        return offset + _shifts[low];
    }
}
