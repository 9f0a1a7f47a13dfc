using System.Globalization;
using System.Text;
using System.Xml;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>
/// Walks one XML report, or several written one after the other into one file, as a runner with a file per
/// project leaves them.
/// </summary>
internal static class XmlReport
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = ReportLimits.BytesMax,
        MaxCharactersFromEntities = 0,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CheckCharacters = false,
        CloseInput = true,
    };

    /// <summary>
    /// Calls <paramref name="readDocument"/> with a reader on the root element of each document.
    /// </summary>
    public static void ForEachDocument(ReadOnlyMemory<byte> content, Action<XmlReader> readDocument)
    {
        foreach (var document in Split(content))
        {
            try
            {
                using var reader = XmlReader.Create(new MemoryStream(document.ToArray()), Settings);
                reader.MoveToContent();
                readDocument(reader);
                ReadToEnd(reader);
            }
            // The reader's documented failures, and those of the decoders below it on a hostile declaration.
            catch (Exception exception)
                when (exception
                        is XmlException
                            or InvalidOperationException
                            or ArgumentException
                            or IOException
                            or NotSupportedException
                            or IndexOutOfRangeException
                )
            {
                throw new ReportFormatException("it is not well-formed XML: " + FirstLine(exception.Message));
            }
        }
    }

    /// <summary>Moves to the next node; refuses to go deeper than any real report does.</summary>
    public static bool ReadNode(XmlReader reader) =>
        reader.Depth > ReportLimits.DepthMax
            ? throw new ReportFormatException($"its elements nest deeper than {ReportLimits.DepthMax}")
            : reader.Read();

    /// <summary>
    /// The beginning of the text inside the current element; the reader ends on its end tag.
    /// </summary>
    public static string ReadText(XmlReader reader)
    {
        if (reader.IsEmptyElement)
            return "";

        var text = new StringBuilder();
        var depth = reader.Depth;
        while (ReadNode(reader) && reader.Depth > depth)
        {
            var room = ReportLimits.MessageCharsMax - text.Length;
            if (room > 0 && reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                text.Append(reader.Value.AsSpan(0, Math.Min(room, reader.Value.Length)));
        }
        return text.ToString();
    }

    /// <summary>
    /// Decimal seconds as milliseconds; a thousands separator, as some runners write it, is allowed.
    /// </summary>
    public static double? SecondsToMs(string? seconds) =>
        double.TryParse(
            seconds,
            NumberStyles.Float | NumberStyles.AllowThousands,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value * 1000
            : null;

    private static void ReadToEnd(XmlReader reader)
    {
        while (ReadNode(reader)) { }
    }

    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> content)
    {
        var documents = new List<ReadOnlyMemory<byte>>();
        var start = 0;
        while (documents.Count < 1_000)
        {
            var next = start + 1 < content.Length ? content.Span[(start + 1)..].IndexOf("<?xml "u8) : -1;
            if (next < 0)
                break;

            documents.Add(Trim(content.Slice(start, next + 1)));
            start += next + 1;
        }
        documents.Add(start == 0 ? content : Trim(content[start..]));
        return documents.Count > 1 ? [.. documents.Where(document => document.Length > 0)] : documents;
    }

    /// <summary>Between two documents stands space, and the second's byte order mark.</summary>
    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> document) =>
        document[..(document.Span.LastIndexOfAnyExcept("\uFEFF \t\r\n"u8) + 1)];

    private static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd('.', '\r');
}
