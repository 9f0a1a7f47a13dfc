using System.Text;
using System.Text.Json;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Tests.Redaction;

/// <summary>
/// Text that nobody would write: what rules begin with and end at, repeated and put together by chance. The
/// same seed gives the same text.
/// </summary>
internal sealed class HostileTexts
{
    private const int PiecesMax = 24;
    private const int RepeatedMax = 3000;
    private const int BytesMax = 60_000;

    private static readonly string[] Words = [.. RuleSet.Default.Keywords.Words];

    private static readonly string[] Separators =
    [
        .. "=|:|: |=>|:=|==|&|?|;|,|.|-|--|_|/|\\|@|://|\\n|\\\\n|\\\"|\\u0022|\\x22|%3D|%22|&quot;|&#34;| |  |\t".Split(
            '|'
        ),
        .. "'|\"|`|\"\"|'''|(|)|[|]|{|}|<|>|$|${|#|//|+|- |+ |*|~|^|!|\0|\r|\b|\f|\u00a0|\u200b|\u202e|é|日本|😀".Split(
            '|'
        ),
        "|",
        "||",
        "\n",
        "\r\n",
        "\e[31m",
        "\e[0m",
        "\e]8;;",
        "\e\\",
        "\a",
    ];

    private static readonly string[] Names =
    [
        .. (
            "password|passwd|pwd|PASS|token|api_key|apiKey|client_secret|secret|Authorization: Bearer |Cookie: |"
            + "Set-Cookie: a=|Basic |mysql -p|curl -u a:|docker login -p |sshpass -p |ssh |scp |postgres://a:|"
            + "jdbc:mysql://|user|email|phone |Tel. |hostname |/home/|C:\\Users\\|Author: |Signed-off-by: |"
            + "-----BEGIN RSA PRIVATE KEY-----|-----END RSA PRIVATE KEY-----|-----BEGIN |-----|eyJ|"
            + "IDENTIFIED BY |recovery codes: |passphrase for key: |REDACTED_|REDACTED_secret_|WITHHELD_output_|"
            + "REDACTED_secret_1f2e3d4c5b6a|REDACTED_github_pat_0123456789ab|REDACTED_email_abcdefabcdef|"
            + "diff --git a/x b/x|--- a/x|+++ b/x|@@ -1,2 +1,2 @@|GIT binary patch|literal 3|<key>|<string>|"
            + "name: |\"name\": |value: |\"value\": |password: >-\n|\"token\",\n|- name: DB_PASSWORD\n|"
            + "<a name=\"|\">\n|1. |2) \"|=> |$ echo $TOKEN\n|COPY t (id, token) FROM stdin;\n|id,password\n|"
            + "INSERT INTO t (a, secret)\n|VALUES (|variable \"|\" {\n|<<EOF\n|value: |pass show x\n"
        ).Split('|'),
    ];

    private readonly Random _random;
    private readonly Planted _planted;

    public HostileTexts(int seed) => (_random, _planted) = (new Random(seed), new Planted(seed));

    /// <summary>A text of one byte to some 60,000.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        for (var left = 1 + _random.Next(PiecesMax); left > 0 && text.Length < BytesMax; left--)
        {
            var piece = Piece();
            var times = _random.Next(8) == 0 ? 1 + _random.Next(RepeatedMax) : 1 + _random.Next(2);
            for (; times > 0 && text.Length < BytesMax; times--)
                text.Append(piece);
        }
        return text.ToString();
    }

    /// <summary>How many bytes come at once where a text comes in chunks.</summary>
    public int NextChunk() => 1 + _random.Next(_random.Next(3) == 0 ? 20_000 : 60);

    private string Piece()
    {
        var pieces = new StringBuilder();
        for (var left = 1 + _random.Next(4); left > 0; left--)
            pieces.Append(Part());
        var piece = pieces.ToString();
        for (var nested = _random.Next(12); nested < 3; nested++)
            piece = JsonSerializer.Serialize(piece);
        return piece;
    }

    private string Part() =>
        _random.Next(10) switch
        {
            0 or 1 => Words[_random.Next(Words.Length)],
            2 or 3 or 4 => Separators[_random.Next(Separators.Length)],
            5 or 6 => Names[_random.Next(Names.Length)],
            7 => Value(),
            8 => Person(),
            _ => $"{Names[_random.Next(Names.Length)]}{Separators[_random.Next(Separators.Length)]}{Value()}",
        };

    private string Value() =>
        _random.Next(9) switch
        {
            0 => _planted.GitHubToken(),
            1 => _planted.Password(),
            2 => _planted.Hex(1 + _random.Next(80)),
            3 => _planted.Alphanumeric(1 + _random.Next(120)),
            4 => Convert.ToBase64String(Encoding.UTF8.GetBytes($"password={_planted.Password()}\n")),
            5 => _planted.Of("abcdefghijklmnopqrstuvwxyz", 1 + _random.Next(12)),
            6 => _planted.Of("0123456789-. +()", 1 + _random.Next(24)),
            7 => Uri.EscapeDataString($"{_planted.Password()}@{_planted.Hex(4)}"),
            _ => new Guid(Convert.FromHexString(_planted.Hex(32))).ToString(),
        };

    private string Person() =>
        _random.Next(6) switch
        {
            0 => $"{_planted.Of("abcdefgh.", 6)}@{_planted.Of("ijklmn", 5)}.net",
            1 => $"{_random.Next(256)}.{_random.Next(256)}.{_random.Next(256)}.{_random.Next(256)}",
            2 => $"+49 30 {_planted.Of("0123456789", 8)}",
            3 => "4111 1111 1111 1111",
            4 => $"/home/{_planted.Of("abcdef", 5)}/x",
            _ => $"Ada Lovelace <{_planted.Of("abc", 3)}@lovelace.name>",
        };
}
