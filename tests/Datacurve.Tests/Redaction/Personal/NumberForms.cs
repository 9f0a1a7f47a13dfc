namespace Datacurve.Tests.Redaction.Personal;

/// <summary>Addresses of machines, phone numbers and payment cards.</summary>
internal static class NumberForms
{
    private const string Ip = "ip-address";
    private const string Phone = "phone-number";
    private const string Card = "payment-card";

    // A plus at the start of a line may be a diff's, so numbers stand behind something.
    private static readonly string[] Numbers = [.. PersonalForm.Anything[1..]];

    private static readonly string[] AddressTexts =
    [
        "Connecting to {0} port 22",
        "from {0} port 5123 ssh2",
        "    inet {0}/24 brd x",
        "DB_HOST={0}",
        "  server: {0}",
        "{{\"client_ip\":\"{0}\",\"x\":1}}",
        "ssh kim@{0}",
        "curl http://{0}:8080/health",
        "+upstream app {{ server {0}:8000; }}",
        "{0} - - [28/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 12",
        "64 bytes from {0}: icmp_seq=1 ttl=64",
        "\e[32mlistening on {0}:3000\e[0m",
        "  12  ping {0}",
        "nameserver {0}",
        "tcp  0  0 {0}:22  83.12.44.201:50122  ESTABLISHED",
        "10:00:00.12 IP {0}.52110 > 83.12.44.201.443: Flags [S]",
        "psql -h {0} -U app",
        "default via {0} dev eth0",
    ];

    private static readonly string[] PhoneTexts =
    [
        "phone: {0}",
        "    \"phone\": \"{0}\",",
        "Tel.: {0}",
        "Telefon {0}",
        "mobile: {0}",
        "Fax: {0}",
        "phone_number={0}",
        "\"phoneNumber\": \"{0}\"",
        "+  <td>Mobil: {0}</td>",
        "Tél. {0}",
        "INFO sms to phone {0} sent",
        "const phone = '{0}';",
    ];

    public static readonly PersonalForm[] All =
    [
        new(Ip, "IPv4", made => made.Address(), PersonalForm.Anything),
        new(
            Ip,
            "IPv4, 192.168",
            made => $"192.168.{2 + made.Next(250)}.{2 + made.Next(250)}",
            PersonalForm.Anything
        ),
        new(
            Ip,
            "IPv4, 172.16",
            made => $"172.{18 + made.Next(12)}.{made.Next(250)}.{2 + made.Next(250)}",
            PersonalForm.Anything
        ),
        new(
            Ip,
            "IPv4, 10",
            made => $"10.{made.Next(250)}.{made.Next(250)}.{3 + made.Next(250)}",
            AddressTexts
        ),
        new(
            Ip,
            "IPv4, 10, small",
            made => $"10.{made.Next(30)}.{1 + made.Next(30)}.{3 + made.Next(27)}",
            AddressTexts
        ),
        new(
            Ip,
            "IPv4, any",
            made =>
                $"{1 + made.Next(9)}{made.Next(9)}.{made.Next(256)}.{32 + made.Next(220)}.{1 + made.Next(250)}",
            AddressTexts
        ),
        new(Ip, "IPv6", made => "2a01:4f8:" + Groups(made, 6), PersonalForm.Anything),
        new(
            Ip,
            "IPv6, short",
            made => $"2a02:{made.Hex(3)}:{made.Hex(2)}::{made.Hex(4)}",
            PersonalForm.Anything
        ),
        new(
            Ip,
            "IPv6, capitals",
            made => $"2A00:1450:{made.Hex(4).ToUpperInvariant()}::{made.Hex(3).ToUpperInvariant()}",
            PersonalForm.Anything
        ),
        new(
            Ip,
            "IPv6, no group of four",
            made => $"2a01:{made.Next(900) + 9}:{made.Hex(2)}:1::{1 + made.Next(90)}",
            PersonalForm.Anything
        ),
        new(
            Ip,
            "IPv6, link local",
            made => $"fe80::{made.Hex(3)}:{made.Hex(2)}ff:fe{made.Hex(2)}:{made.Hex(4)}",
            ["inet6 {0}/64 scope link", "ping6 {0}%eth0", "{0}%en0", "[{0}%wlan0]:22", "addr={0}"]
        ),
        new(
            Ip,
            "IPv6, unique local",
            made => $"fd{made.Hex(2)}:{made.Hex(4)}:{made.Hex(4)}::{made.Hex(2)}",
            PersonalForm.Anything
        ),
        new(
            Ip,
            "IPv6, bracketed",
            made => "2a01:4f8:" + Groups(made, 6),
            ["http://[{0}]:8080/x", "listening on [{0}]:443", "ssh://[{0}]/x", "[{0}]", "peer=[{0}]:51820"]
        ),
        new(
            Ip,
            "IPv6 of IPv4",
            made => made.Address(),
            [
                "::ffff:{0}",
                "client ::ffff:{0} 200",
                "addr=\"::ffff:{0}\"",
                "[::ffff:{0}]:443",
                "from ::ffff:{0}",
            ]
        ),
        new(Phone, "Germany", made => $"+49 {made.One("30", "89", "171")} {made.Subscriber(8)}", Numbers),
        new(Phone, "Germany, trunk", made => $"+49 (0)30 {made.Subscriber(7)}", Numbers),
        new(
            Phone,
            "Germany, extension",
            made => $"+49 89 {made.Subscriber(6)}-{made.Subscriber(3)}",
            Numbers
        ),
        new(Phone, "plain", made => $"+49171{made.Subscriber(7)}", Numbers),
        new(Phone, "United Kingdom", made => $"+44 7{made.Digits(3)} {made.Subscriber(6)}", Numbers),
        new(
            Phone,
            "France",
            made =>
                $"+33 6 {made.One("12", "34")} {made.Digits(2)} {made.Digits(2)} {made.Subscriber(3)[1..]}",
            Numbers
        ),
        new(
            Phone,
            "North America, plus",
            made => $"+1 (415) {made.Subscriber(3)}-{made.Subscriber(4)}",
            Numbers
        ),
        new(
            Phone,
            "North America, dots",
            made => $"+1.415.{made.Subscriber(3)}.{made.Subscriber(4)}",
            Numbers
        ),
        new(Phone, "North America", made => $"415-{made.Subscriber(3)}-{made.Subscriber(4)}", Numbers),
        new(
            Phone,
            "North America, brackets",
            made => $"(415) {made.Subscriber(3)}-{made.Subscriber(4)}",
            Numbers
        ),
        new(
            Phone,
            "North America, extension",
            made => $"415-{made.Subscriber(3)}-{made.Subscriber(4)} x{made.Subscriber(4)}",
            Numbers
        ),
        new(Phone, "North America, 1", made => $"1-415-{made.Subscriber(3)}-{made.Subscriber(4)}", Numbers),
        new(Phone, "India", made => $"+91 98{made.Digits(3)} {made.Subscriber(5)}", Numbers),
        new(Phone, "two zeros", made => $"0049 30 {made.Subscriber(8)}", Numbers),
        new(
            Phone,
            "link",
            made => $"+49-30-{made.Subscriber(8)}",
            [
                "<a href=\"tel:{0}\">x</a>",
                "[call](tel:{0})",
                "tel:{0}",
                "{{\"tel\":\"{0}\"}}",
                "TEL;TYPE=cell:{0}",
            ]
        ),
        new(
            Phone,
            "national, Germany",
            made => $"0{made.One("30", "89", "171")} {made.Subscriber(8)}",
            PhoneTexts
        ),
        new(Phone, "national, slash", made => $"030/{made.Subscriber(8)}", PhoneTexts),
        new(Phone, "national, plain", made => $"0171{made.Subscriber(7)}", PhoneTexts),
        new(
            Phone,
            "national, France",
            made => $"06 12 {made.Digits(2)} {made.Digits(2)} {made.Subscriber(3)[1..]}",
            PhoneTexts
        ),
        new(
            Phone,
            "national, United Kingdom",
            made => $"020 7{made.Digits(3)} {made.Subscriber(4)}",
            PhoneTexts
        ),
        new(Phone, "national, North America", made => $"415{made.Subscriber(7)}", PhoneTexts),
        new(
            Phone,
            "national, North America, blanks",
            made => $"415 {made.Subscriber(3)} {made.Subscriber(4)}",
            PhoneTexts
        ),
        new(Card, "Visa", made => made.Card("4", 16), PersonalForm.Anything),
        new(
            Card,
            "Mastercard",
            made => made.Card(made.One("51", "55", "2300", "2700"), 16),
            PersonalForm.Anything
        ),
        new(Card, "American Express", made => made.Card(made.One("34", "37"), 15), PersonalForm.Anything),
        new(Card, "Discover", made => made.Card(made.One("6011", "65"), 16), PersonalForm.Anything),
        new(
            Card,
            "groups with blanks",
            made => Grouped(made.Card("45", 16), ' ', 4, 4, 4, 4),
            PersonalForm.Anything
        ),
        new(
            Card,
            "groups with dashes",
            made => Grouped(made.Card("53", 16), '-', 4, 4, 4, 4),
            PersonalForm.Anything
        ),
        new(
            Card,
            "American Express, groups",
            made => Grouped(made.Card("37", 15), ' ', 4, 6, 5),
            PersonalForm.Anything
        ),
        new(
            Card,
            "Diners, groups",
            made => Grouped(made.Card("36", 14), ' ', 4, 6, 4),
            PersonalForm.Anything
        ),
        new(
            Card,
            "field of a row with its currency",
            made => made.Card(made.One("4", "52", "6011"), 16),
            ["7,2026-11-28,{0},EUR,12.50", "2026-11-28;\"{0}\";9;CHF", "+3,USD,{0},7.00"]
        ),
        new(
            Card,
            "groups as a field of a row",
            made => Grouped(made.Card(made.One("4", "52", "6011"), 16), made.One(' ', '-'), 4, 4, 4, 4),
            ["7,2026-11-28,{0},12.50", "2026-11-28;{0};9;x", "{{\"out\":\"a,b\\n7,2026-11-28,{0},1\\n\"}}"]
        ),
        new(
            Card,
            "named",
            made => made.Card("4", 16),
            [
                "card_number={0}",
                "\"pan\": \"{0}\", \"ts\": 1790000000123",
                "INFO charged card {0} id=9912345678",
                "card[number]={0}&card[cvc]=123",
                "<cardNumber>{0}</cardNumber>",
            ]
        ),
    ];

    private static string Groups(MadePeople made, int count) =>
        string.Join(
            ':',
            Enumerable.Range(0, count).Select(_ => made.Of("123456789abcdef", 1) + made.Hex(made.Next(4)))
        );

    private static string Grouped(string number, char separator, params int[] groups)
    {
        var (parts, at) = (new List<string>(), 0);
        foreach (var group in groups)
        {
            parts.Add(number.Substring(at, group));
            at += group;
        }
        return string.Join(separator, parts);
    }
}
