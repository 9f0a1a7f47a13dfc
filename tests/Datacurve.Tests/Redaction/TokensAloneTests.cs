using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Tokens with a form of their own, where no name says whose they are.</summary>
public sealed class TokensAloneTests
{
    private const int Each = 20;

    private static readonly string[] Places =
    [
        "[11:14] <grace> can you try with {0} and tell me",
        "2025-07-07T00:18:15 INFO  starting worker with {0}",
        "\e[34m[2025-09-01T08:03:07]\e[0m connecting using \e[33m{0}\e[0m ...",
        "  \"args\": [\"--serve\", \"{0}\", \"--verbose\"],",
        "  - {0}",
        "642,acme-prod,{0},active,2025-03-09",
        "    client = Client(\"{0}\")",
        "const c = connect('{0}', {{ region: 'eu' }});",
        "  11  ./run.sh '{0}' prod",
        "The old one was `{0}`, please rotate.",
        "-    [\"{0}\", 1],",
        "<td>{0}</td>",
    ];

    private readonly Planted _planted = new(seed: 41);
    private readonly Redactor _redactor = Planted.NewRedactor();

    public static TheoryData<string> Kinds => ["rootly", "segment", "voyage", "ramp", "mandrill"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Are_found_by_their_form(string kind)
    {
        var missed = new List<string>();
        foreach (var place in Places)
            for (var i = 0; i < Each; i++)
            {
                var token = Make(kind);
                var line = string.Format(place, token);
                if (_redactor.Redact(line, _redactor.NewReport()).Contains(token, StringComparison.Ordinal))
                    missed.Add(line);
            }
        Assert.True(missed.Count * 20 <= Places.Length * Each, string.Join('\n', missed));
    }

    [Theory]
    [InlineData("<md-outlined-text-field label=\"x\"></md-outlined-text-field>")]
    [InlineData("class=\"md-Outlined-Text-Field-ab md-nav__item--section-title\"")]
    [InlineData("import x from './pa-some-long-name-of-a-component-in-a-folder-x1'")]
    [InlineData("src/path123456789012.0000000000000000")]
    [InlineData("emoji u+1F600 and U+1F468-200D-1F469-200D, range u+0000_0000_0000_00ff")]
    [InlineData("on 1/12/2024 and 2/1/2025:00000000")]
    [InlineData("keyboard KEYBOARD_LAYOUT KEYCODE_F12 keyed0123456789abcdef")]
    [InlineData("ur1234567-eu-west-1 m779-deadbeef m12345678-abc")]
    [InlineData("test_a0b1c2d3 live_reload live_0123")]
    [InlineData("def test_deadbeefdeadbeefdeadbeefdeadbeefdea(self):")]
    public void And_what_only_begins_like_one_stays(string line) =>
        Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));

    private string Make(string kind) =>
        kind switch
        {
            "rootly" => "rootly_" + _planted.Hex(64),
            "segment" => "sgp_" + _planted.Alphanumeric(64),
            "voyage" => "pa-" + _planted.Alphanumeric(20) + "-_" + _planted.Alphanumeric(21),
            "ramp" => "ramp_sec_" + _planted.Alphanumeric(48),
            _ => "md-" + _planted.Alphanumeric(22),
        };
}
