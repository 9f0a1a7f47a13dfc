namespace Datacurve.Tests.Redaction.Personal;

/// <summary>Phone numbers in the forms of their countries, beside a word for one and in tables.</summary>
internal static class NationalForms
{
    private const string Rule = "phone-number";

    private static readonly string[] Said =
    [
        "Phone: {0}",
        "    \"phone\": \"{0}\",",
        "Tel. {0}",
        "+Mobil: {0}",
        "call me on {0} after six",
        "  contact: {0}",
        "TEL;TYPE=cell:{0}",
        "fax={0}",
        "2026-11-28T10:00:00Z INFO sms sent to {0}",
    ];

    private static readonly string[] Fields =
    [
        "Kim Bode,Kiel,{0}",
        "| Kim | {0} |",
        "  ['Kim', '{0}'],",
        "<td>Kim</td><td>{0}</td>",
        "Kim\t{0}\tKiel",
    ];

    private static readonly string[] Both = [.. Said, .. Fields];

    public static readonly PersonalForm[] All =
    [
        new(
            Rule,
            "France, pairs",
            made =>
                $"0{1 + made.Next(7)} {1 + made.Next(9)}{made.Next(10)} {1 + made.Next(9)}{made.Next(10)} {made.Digits(2)} {made.Subscriber(3)[1..]}",
            Both
        ),
        new(
            Rule,
            "France, dots",
            made => $"06.{made.Digits(2)}.{made.Digits(2)}.{made.Digits(2)}.{made.Subscriber(3)[1..]}",
            Said
        ),
        new(Rule, "Japan, mobile", made => $"090-{made.Subscriber(4)}-{made.Subscriber(4)}", Both),
        new(Rule, "Japan, Tokyo", made => $"03-{made.Subscriber(4)}-{made.Subscriber(4)}", Both),
        new(Rule, "Britain, mobile", made => $"07{made.Digits(3)} {made.Subscriber(6)}", Both),
        new(Rule, "Britain, London", made => $"020 7{made.Digits(3)} {made.Subscriber(4)}", Both),
        new(Rule, "Australia", made => $"04{made.Digits(2)} {made.Subscriber(3)} {made.Subscriber(3)}", Both),
        new(Rule, "Australia, brackets", made => $"(02) 9{made.Digits(3)} {made.Subscriber(4)}", Both),
        new(
            Rule,
            "Switzerland",
            made => $"079 {made.Subscriber(3)} {made.Digits(2)} {made.Subscriber(3)[1..]}",
            Both
        ),
        new(
            Rule,
            "Sweden",
            made => $"070-{made.Subscriber(3)} {made.Digits(2)} {made.Subscriber(3)[1..]}",
            Both
        ),
        new(
            Rule,
            "Turkey",
            made => $"0532 {made.Subscriber(3)} {made.Digits(2)} {made.Subscriber(3)[1..]}",
            Both
        ),
        new(Rule, "Brazil", made => $"(11) 9{made.Digits(4)}-{made.Subscriber(4)}", Both),
        new(Rule, "Netherlands", made => $"06-{made.Subscriber(8)}", Both),
        new(Rule, "India", made => $"09{made.Digits(4)} {made.Subscriber(5)}", Both),
        new(Rule, "Germany", made => $"0171 {made.Subscriber(7)}", Both),
        new(Rule, "Germany, slash", made => $"030/{made.Subscriber(7)}", Said),
        new(Rule, "Germany, dash", made => $"040-{made.Subscriber(6)}", Said),
        new(Rule, "Russia, trunk", made => $"8 (9{made.Digits(2)}) {Groups(made, "-")}"),
        new(Rule, "Russia", made => $"+7 (4{made.Digits(2)}) {Groups(made, "-")}"),
        new(Rule, "Russia, blanks", made => $"8({made.One(812, 343, 495)}) {Groups(made, " ")}"),
        new(Rule, "Ukraine", made => $"+38 (0{made.One(50, 67, 93)}) {Groups(made, "-")}"),
        new(Rule, "Ukraine, close", made => $"+38(0{made.One(50, 67, 93)}){Groups(made, "-")}"),
        new(Rule, "Ukraine, brackets", made => $"(0{made.One(50, 67, 93)}) {Groups(made, "-")}", Said),
        new(Rule, "Germany, brackets", made => $"(0221) {made.Subscriber(6)}", Said),
    ];

    private static string Groups(MadePeople made, string sign) =>
        $"{made.Subscriber(3)}{sign}{made.Digits(2)}{sign}{made.Subscriber(3)[1..]}";
}
