using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Core.Traces;

namespace Datacurve.Core.Consent;

/// <summary>
/// Takes out of the documents of a trace what its developer does not let be stored. It comes after the
/// redaction, so that nothing is a hash of a secret. Hashes, sizes, paths, commands and what people write
/// stay; a blob keeps its name in the document, and is told to whoever keeps blobs.
/// </summary>
/// <remarks>
/// Withholding again changes nothing. A member that the contract does not know may hold anything, and goes
/// where either code or output is refused, unless it is a number, a truth value or a hash.
/// </remarks>
/// <param name="consent">What the developer allows.</param>
/// <param name="key">The key of the hashes; the same for everything that may be compared.</param>
/// <param name="catalog">The event types.</param>
public sealed class Withholding(ConsentFlags consent, ReadOnlyMemory<byte> key, EventCatalog catalog)
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 1000 };
    private static readonly Shape TraceShape = Shape.Of(DatacurveJson.Default.NewTrace);
    private static readonly Shape FinalizeShape = Shape.Of(DatacurveJson.Default.FinalizeTrace);
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    // MD5, SHA-1, SHA-224 and SHA-256.
    private static readonly int[] HashLengths = [32, 40, 56, 64];

    /// <summary>Whether anything is withheld at all.</summary>
    public static bool IsAsked(ConsentFlags consent) => !consent.StoreRawCode || !consent.StoreTerminalOutput;

    /// <summary>Whether content of this kind may not be stored.</summary>
    public static bool IsRefused(ConsentFlags consent, ContentKind kind) =>
        kind switch
        {
            ContentKind.Code => !consent.StoreRawCode,
            ContentKind.Output => !consent.StoreTerminalOutput,
            ContentKind.Either => IsAsked(consent),
            _ => false,
        };

    /// <summary>One event that has passed validation.</summary>
    public WithheldDocument Event(ReadOnlyMemory<byte> json) => Walk(json, catalog.EventShape);

    /// <summary>
    /// The blobs that the body names which opens a trace. Its texts stay: it is said before anything is
    /// recorded.
    /// </summary>
    public IReadOnlyCollection<BlobId> NewTrace(ReadOnlyMemory<byte> json) => Walk(json, TraceShape).Blobs;

    /// <summary>The body of a finalize.</summary>
    public WithheldDocument Finalize(ReadOnlyMemory<byte> json) => Walk(json, FinalizeShape);

    private WithheldDocument Walk(ReadOnlyMemory<byte> json, Shape shape)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 64);
        var copy = new Copy(json.Span, output);
        var reader = new Utf8JsonReader(json.Span, ReaderOptions);
        reader.Read();
        var variant = shape.Union is { } union ? TypeOf(json.Span, union.Discriminator) : null;
        Object(ref reader, shape, "", variant, ref copy);
        copy.End();
        return new WithheldDocument(output.WrittenMemory, copy.Blobs);
    }

    private void Object(ref Utf8JsonReader reader, Shape shape, string prefix, string? variant, ref Copy copy)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (shape.Union is { } union && name == union.Variant && variant is not null)
                Value(ref reader, union.Variants[variant], variant, ref copy);
            else
                Value(
                    ref reader,
                    MemberOf(shape, name),
                    prefix.Length == 0 ? name : $"{prefix}.{name}",
                    ref copy
                );
        }
    }

    private void Value(ref Utf8JsonReader reader, Shape? shape, string path, ref Copy copy)
    {
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        // The names in a map are anybody's: each of its values is looked at by itself.
        if (isObject && shape is { Kind: ShapeKind.Object } or { Kind: ShapeKind.Map } && !IsWhole(path))
            Object(ref reader, shape!, path, variant: null, ref copy);
        else if (shape is { } known && !HoldsText(known))
            reader.Skip();
        else if (IsRefused(consent, ContractContents.Of(path)))
            // A known text may be the hash of a file, which names no blob.
            Withhold(
                ref reader,
                ContractContents.Of(path),
                isName: shape is not { Kind: ShapeKind.String },
                ref copy
            );
        else
            reader.Skip();
    }

    private void Withhold(ref Utf8JsonReader reader, ContentKind kind, bool isName, ref Copy copy)
    {
        var start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                var text = Encoding.UTF8.GetBytes(reader.GetString()!);
                if (isName)
                    copy.Note(text);
                if (!IsHash(text) && !WithheldText.Is(text))
                    copy.Replace(start, (int)reader.BytesConsumed, Quoted(kind, text));
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                var isObject = reader.TokenType == JsonTokenType.StartObject;
                reader.Skip();
                var raw = copy.Source[start..(int)reader.BytesConsumed];
                copy.Note(raw);
                if (!IsWithheld(raw))
                    copy.Replace(
                        start,
                        (int)reader.BytesConsumed,
                        isObject ? $"{{\"withheld\":{Quoted(kind, raw)}}}" : $"[{Quoted(kind, raw)}]"
                    );
                break;
        }
    }

    private string Quoted(ContentKind kind, ReadOnlySpan<byte> content) =>
        $"\"{WithheldText.Of(kind, content, key.Span)}\"";

    /// <summary>Whether an object or an array holds nothing but the form of what was withheld.</summary>
    private static bool IsWithheld(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        if (
            reader.TokenType == JsonTokenType.StartObject
            && (!reader.Read() || !reader.ValueTextEquals("withheld"u8))
        )
            return false;
        return reader.Read()
            && reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false }
            && WithheldText.Is(reader.ValueSpan)
            && reader.Read()
            && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
    }

    private static bool IsWhole(string path) => ContractContents.IsDeclared(path);

    private static Shape? MemberOf(Shape shape, string name) =>
        shape.Kind == ShapeKind.Map
            ? shape.Item
            : shape.Members.FirstOrDefault(member => member.Name == name)?.Shape;

    private static bool HoldsText(Shape shape) =>
        shape.Kind switch
        {
            ShapeKind.String or ShapeKind.BlobId or ShapeKind.Any or ShapeKind.Object or ShapeKind.Map =>
                true,
            ShapeKind.Array => HoldsText(shape.Item!),
            _ => false,
        };

    /// <summary>Whether a text is a hash, whole, with or without its kind.</summary>
    private static bool IsHash(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("sha256:"u8))
            text = text["sha256:".Length..];
        else if (text.StartsWith("sha1:"u8))
            text = text["sha1:".Length..];
        return HashLengths.Contains(text.Length) && !text.ContainsAnyExcept(HexDigits);
    }

    private static string? TypeOf(ReadOnlySpan<byte> json, string discriminator)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                var isType = reader.ValueTextEquals(discriminator);
                reader.Read();
                if (isType)
                    return reader.GetString();
                reader.Skip();
            }
        return null;
    }

    /// <summary>A document that is written anew, but for what is replaced.</summary>
    private ref struct Copy(ReadOnlySpan<byte> source, ArrayBufferWriter<byte> output)
    {
        private int _done;

        public ReadOnlySpan<byte> Source { get; } = source;

        public HashSet<BlobId> Blobs { get; } = [];

        public void Replace(int start, int end, string json)
        {
            output.Write(Source[_done..start]);
            output.Write(Encoding.UTF8.GetBytes(json));
            _done = end;
        }

        /// <summary>Notes every SHA-256 in a text, with or without its kind.</summary>
        public readonly void Note(ReadOnlySpan<byte> text)
        {
            for (int at; (at = text.IndexOfAny(HexDigits)) >= 0; )
            {
                text = text[at..];
                var end = text.IndexOfAnyExcept(HexDigits);
                var digits = end < 0 ? text : text[..end];
                if (digits.Length == 2 * SHA256.HashSizeInBytes)
                    Blobs.Add(BlobId.FromHash(Convert.FromHexString(Encoding.ASCII.GetString(digits))));
                text = text[digits.Length..];
            }
        }

        public readonly void End() => output.Write(Source[_done..]);
    }
}

/// <summary>A document without what may not be stored.</summary>
/// <param name="Json">What is left, still valid.</param>
/// <param name="Blobs">The blobs that it names and that may not be stored either.</param>
public readonly record struct WithheldDocument(ReadOnlyMemory<byte> Json, IReadOnlyCollection<BlobId> Blobs);
