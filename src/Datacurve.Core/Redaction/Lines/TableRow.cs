using System.Buffers;
using Datacurve.Core.Redaction.Names;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// The cells of a line: <c>| id | token |</c>, as clients of databases and Markdown have it, or
/// <c>id,token</c>.
/// </summary>
internal static class TableRow
{
    /// <summary>The separator of the columns and values of SQL: they are those in brackets.</summary>
    public const char Sql = '(';

    private const int CellsMin = 2;
    private const int CellsMax = 40;
    private const int NameCharsMax = 40;

    private static readonly SearchValues<char> RuleChars = SearchValues.Create("-=+|: ");
    private static readonly SearchValues<char> NameChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. "
    );

    /// <summary>
    /// The separator of a heading: all cells are names, and some of secrets. Zero where it is none.
    /// </summary>
    /// <param name="text">The line.</param>
    /// <param name="secrets">Takes the numbers of the cells that name secrets, and the names.</param>
    /// <param name="cells">Takes all of them.</param>
    public static char Heading(
        ReadOnlySpan<char> text,
        List<(int Cell, string Name)> secrets,
        List<Range> cells
    )
    {
        secrets.Clear();
        if (
            text.StartsWith("INSERT INTO ", StringComparison.OrdinalIgnoreCase)
            && (text.EndsWith(")") || text.EndsWith(") VALUES", StringComparison.OrdinalIgnoreCase))
        )
        {
            Cells(text, Sql, cells);
            AddSecrets(text, cells, secrets);
            return secrets.Count > 0 ? Sql : '\0';
        }
        // COPY users (id, token) FROM stdin; and then rows with tabs, as PostgreSQL dumps them.
        if (text.StartsWith("COPY ") && text.EndsWith(") FROM stdin;"))
        {
            Cells(text, Sql, cells);
            AddSecrets(text, cells, secrets);
            return secrets.Count > 0 ? '\t' : '\0';
        }
        foreach (var separator in "|\t,;")
        {
            if (!text.Contains(separator) || separator is ',' or ';' && text.Contains(' '))
                continue;
            Cells(text, separator, cells);
            if (cells.Count is < CellsMin or > CellsMax)
                continue;
            foreach (var cell in cells)
                if (!IsName(text[cell]))
                    return '\0';
            AddSecrets(text, cells, secrets);
            return secrets.Count > 0 ? separator : '\0';
        }
        return '\0';
    }

    /// <summary>The cells without blanks and quotes around them; a table's edges are none.</summary>
    public static void Cells(ReadOnlySpan<char> text, char separator, List<Range> cells)
    {
        cells.Clear();
        var (at, end) = (0, text.TrimEnd().Length);
        if (separator == Sql)
        {
            (at, end) = (text.IndexOf('(') + 1, text.LastIndexOf(')'));
            separator = ',';
            if (at == 0 || end < at)
                return;
        }
        if (separator == '|' && text[..end].StartsWith("|"))
            at++;
        if (separator == '|' && end > at && text[end - 1] == '|')
            end--;
        while (at <= end && cells.Count <= CellsMax)
        {
            var length = LengthOf(text[at..end], separator);
            var cell = text.Slice(at, length);
            var blanks = cell.Length - cell.TrimStart().Length;
            var (first, last) = (at + blanks, at + blanks + cell.Trim().Length);
            if (last - first > 1 && text[first] is '"' or '\'' or '`' && text[last - 1] == text[first])
                (first, last) = (first + 1, last - 1);
            cells.Add(first..last);
            at += length + 1;
        }
    }

    /// <summary>Whether a line is drawn between a table's heading and its rows.</summary>
    public static bool IsRule(ReadOnlySpan<char> text) =>
        text.ContainsAny("-=") && !text.ContainsAnyExcept(RuleChars);

    private static void AddSecrets(
        ReadOnlySpan<char> text,
        List<Range> cells,
        List<(int Cell, string Name)> secrets
    )
    {
        for (var cell = 0; cell < cells.Count; cell++)
            if (SecretName.KindOf(text[cells[cell]]) != NameKind.None)
                secrets.Add((cell, text[cells[cell]].ToString()));
    }

    private static int LengthOf(ReadOnlySpan<char> text, char separator)
    {
        var from = 0;
        // "a, b" is one cell.
        if (separator is ',' or ';' && text.TrimStart(' ') is ['"' or '\'', ..] quoted)
        {
            var quote = text.Length - quoted.Length;
            from = quote + 1 + Math.Max(0, text[(quote + 1)..].IndexOf(quoted[0]));
        }
        var length = text[from..].IndexOf(separator);
        return length < 0 ? text.Length : from + length;
    }

    private static bool IsName(ReadOnlySpan<char> cell) =>
        cell.Length is > 0 and <= NameCharsMax
        && char.IsAsciiLetter(cell[0])
        && !cell.ContainsAnyExcept(NameChars)
        && cell.Count(' ') < 3;
}
