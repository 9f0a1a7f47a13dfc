using System.Text;

namespace Datacurve.Tests.Redaction.Personal;

/// <summary>
/// Text without personal data that has what looks like it: versions, object ids, tables of numbers, results
/// of tests, lock files, checksums, times, ids, examples of documentation. Made from a seed, and beside it
/// what <see cref="NegativeCorpus"/> has.
/// </summary>
internal static class PersonalNegatives
{
    private const int MadeBytes = 16_000_000;
    private const int LinesOfFile = 500;

    public static readonly string[] Rules =
    [
        "account-name",
        "email-address",
        "git-identity",
        "home-folder",
        "host-name",
        "ip-address",
        "payment-card",
        "phone-number",
        "shell-prompt",
    ];

    public static IEnumerable<byte[]> Texts(int seed)
    {
        var made = new MadePeople(seed);
        for (var bytes = 0; bytes < MadeBytes; )
        {
            var kind = made.Next(Kinds.Length);
            var text = new StringBuilder();
            for (var i = 0; i < LinesOfFile; i++)
                text.Append(Kinds[kind](made)).Append('\n');
            bytes += text.Length;
            yield return Encoding.UTF8.GetBytes(text.ToString());
        }
        foreach (var text in NegativeCorpus.Texts(seed))
            yield return text;
    }

    private static readonly Func<MadePeople, string>[] Kinds =
    [
        Version,
        ObjectId,
        Table,
        Decimals,
        TestLog,
        LockFile,
        Checksum,
        Time,
        Id,
        HexDump,
        Example,
        Code,
        Groups,
        Setting,
        AccountForms.Nobody,
    ];

    private static string Version(MadePeople made)
    {
        var four = $"{made.Next(22)}.{made.Next(12)}.{made.Next(400)}.{made.Next(40)}";
        return made.Next(12) switch
        {
            0 => $"    <PackageReference Include=\"{Name(made)}\" Version=\"{four}\" />",
            1 => $"  FileVersion: {four}",
            2 => $"version {four}",
            3 => $"[assembly: AssemblyFileVersion(\"{four}\")]",
            4 =>
                $"    Bump {made.Word(2)} from {four} to {made.Next(22)}.{made.Next(9)}.{made.Next(99)}.{made.Next(9)}",
            5 => $"{made.Word(2)}=={four}",
            6 =>
                $"Mozilla/5.0 (X11; Linux x86_64) Chrome/{100 + made.Next(40)}.0.{made.Next(9000)}.{made.Next(250)} Safari/537.36",
            7 => $"- **deps**: update V8 to {made.Next(14)}.{made.Next(10)}.{made.Next(255)}.{made.Next(40)}",
            8 => $"Setting up {made.Word(2)} ({four}-{made.Next(9)}ubuntu{made.Next(9)}) ...",
            9 =>
                $"  driver version: {four}, firmware {made.Next(9)}.{made.Next(9)}.{made.Next(60)}.{made.Next(9)}",
            10 => $"    \"{Name(made)}\": \"{four}\",",
            _ =>
                $"{made.Next(20)}.{made.Next(9)}.{made.Next(60)}.{made.Next(9)} {made.Capital(2)} {made.Word(2)}",
        };
    }

    private static string ObjectId(MadePeople made) =>
        made.Next(5) switch
        {
            0 => $"    public const string {made.Capital(2)} = \"2.5.{made.One(4, 29)}.{made.Next(99)}\";",
            1 => $"1.3.6.1.4.1.{made.Next(30000)}.{made.Next(9)}.{made.Next(9)}",
            2 => $"    oid = ObjectIdentifier(\"1.3.{made.One(14, 36, 132)}.{made.Next(9)}\")",
            3 => $"sha256WithRSAEncryption OBJECT IDENTIFIER ::= 1.2.840.113549.1.1.{made.Next(12)}",
            _ => $"  {made.Word(2)}: 2.16.840.1.101.3.4.2.{made.Next(9)}",
        };

    private static string Table(MadePeople made)
    {
        var columns = Enumerable.Range(0, 3 + made.Next(7));
        return made.Next(5) switch
        {
            // Just four of them are how a card is written, and one row in forty has a right check digit.
            0 => string.Join(' ', columns.Append(0).Append(0).Select(_ => made.Digits(4))),
            1 => string.Join("  ", columns.Select(_ => made.Next(1_000_000_000))),
            2 => string.Join(',', columns.Select(_ => made.Digits(16))),
            3 => string.Join('\t', columns.Select(_ => made.Digits(1 + made.Next(9)))),
            _ => string.Join(
                ' ',
                columns.Select(_ => made.One("", "+", "-") + made.Digits(3 + made.Next(8)))
            ),
        };
    }

    private static string Decimals(MadePeople made) =>
        made.Next(5) switch
        {
            0 =>
                $"addx{made.Digits(3)} add '{made.Digits(16)}' 0.{made.Digits(9)}   -> '{made.Digits(16)}' Inexact",
            1 => $"  quantize(Decimal('+{made.Digits(8)}.{made.Digits(1)}'), Decimal('1e-2'))",
            2 =>
                $"<path d=\"M{made.Next(20)}.{made.Next(9)}c{made.Next(9)}.{made.Next(99)} {made.Next(9)}.{made.Next(99)}.{made.Next(99)}.{made.Next(99)} {made.Next(9)}.{made.Next(99)}-.{made.Next(9)}\"/>",
            3 => $"rescale {made.Digits(3)} +{made.Next(9)}.{made.Digits(10)} -> NaN",
            _ =>
                $"    {{ \"lat\": {made.Next(90)}.{made.Digits(7)}, \"lon\": -{made.Next(180)}.{made.Digits(7)} }},",
        };

    private static string TestLog(MadePeople made) =>
        made.Next(6) switch
        {
            0 => $"  Passed {made.Capital(2)}.{made.Capital(2)}_{made.Word(2)} [{made.Next(999)} ms]",
            1 =>
                $"tests/test_{made.Word(2)}.py::test_{made.Word(2)}[{made.Next(99)}-{made.Next(999)}] PASSED [ {made.Next(99)}%]",
            2 =>
                $"ok {made.Next(999)} - {made.Word(2)} {made.Word(2)} # time={made.Next(9)}.{made.Digits(6)}s",
            3 => $"Ran {made.Next(999)} tests in {made.Next(99)}.{made.Digits(3)}s",
            4 =>
                $"    at {made.Capital(2)}.{made.Capital(2)}() in src/{made.Capital(2)}.cs:line {made.Next(999)}",
            _ =>
                $"bench {made.Word(2)} {made.Digits(3)}.{made.Digits(3)} ns/iter (+/- {made.Next(99)}) {made.Digits(10)} B/op",
        };

    private static string LockFile(MadePeople made) =>
        made.Next(9) switch
        {
            6 => $"\"{made.Word(2)}@npm:~{made.Next(9)}.{made.Next(9)}.0\":",
            7 =>
                $"    $ tool add {made.Word(2)}@https://forge.test/{made.Word(2)}/{made.Word(2)}#v{made.Next(9)}",
            8 => $"diff --git a/Package@swift-5.{made.Next(20)}.swift b/Package@swift-6.{made.Next(9)}.swift",
            0 =>
                $"        \"resolved\": \"{made.Next(20)}.{made.Next(9)}.{made.Next(200)}.{made.Next(99)}\",",
            1 =>
                $"        \"requested\": \"[{made.Next(9)}.{made.Next(9)}.{made.Next(200)}.{made.Next(99)}, )\",",
            2 => $"  /{made.Word(2)}@{made.Next(20)}.{made.Next(9)}.{made.Next(20)}:",
            3 =>
                $"      \"node_modules/@{made.Word(2)}/{made.Word(2)}\": {{ \"version\": \"{made.Next(9)}.{made.Next(9)}.{made.Next(9)}\" }},",
            4 =>
                $"{made.Word(2)}@^{made.Next(9)}.{made.Next(9)}.{made.Next(9)}, {made.Word(2)}@~{made.Next(9)}.{made.Next(9)}.0:",
            _ => $"    \"integrity\": \"sha512-{made.Of("ABCDEFabcdef0123456789+/", 86)}==\"",
        };

    private static string Checksum(MadePeople made) =>
        made.Next(4) switch
        {
            0 => $"{made.Hex(64)}  {made.Word(2)}-{made.Next(9)}.{made.Next(9)}.tar.gz",
            1 => $"{made.Hex(40)} refs/heads/{made.Word(2)}",
            2 => $"MD5 fingerprint {string.Join(':', Enumerable.Range(0, 16).Select(_ => made.Hex(2)))}",
            _ =>
                $"ether {string.Join(':', Enumerable.Range(0, 6).Select(_ => made.Hex(2)))} crc={made.Digits(10)}",
        };

    private static string Time(MadePeople made) =>
        made.Next(6) switch
        {
            0 =>
                $"2026-11-{1 + made.Next(28):00}T{made.Next(24):00}:{made.Next(60):00}:00.{made.Digits(6)}+01:00 DEBUG {made.Word(2)}",
            1 => $"ts={made.Of("1", 1)}7{made.Digits(14)} dur={made.Digits(9)}",
            2 =>
                $"[{made.Digits(5)}.{made.Digits(6)}] usb {made.Next(9)}-{made.Next(9)}: {made.Word(2)} 2026:11:{made.Digits(2)} 10:00:00",
            3 => $"20261128-{made.Digits(6)}-{made.Digits(4)} {made.Word(2)}",
            4 =>
                $"{made.Digits(2)}:{made.Digits(2)}:{made.Digits(2)}.{made.Digits(6)} {made.Word(2)} +0100 {made.Digits(7)}",
            _ =>
                $"llvm-toolchain (1:{made.Next(20)}~+20{made.Digits(12)}+{made.Hex(12)}-1~exp1) experimental",
        };

    private static string Id(MadePeople made) =>
        made.Next(6) switch
        {
            0 => $"    \"id\": \"{made.One("4", "5", "6")}{made.Digits(15)}\",",
            1 => $"https://oss-fuzz.com/testcase-detail/{made.One("4", "5", "6")}{made.Digits(15)}",
            2 => $"user_id={made.Digits(10)} order_id={made.Digits(16)} trace={made.Hex(32)}",
            3 =>
                $"{made.Hex(8)}-{made.Hex(4)}-4{made.Hex(3)}-a{made.Hex(3)}-{made.Hex(12)} {made.Digits(12)}",
            4 => $"#{made.Digits(10)} {made.Word(2)} (pid {made.Digits(5)}, tid {made.Digits(15)})",
            _ => $"arn:aws:iam::{made.Digits(12)}:role/{made.Word(2)} i-{made.Hex(17)}",
        };

    private static string HexDump(MadePeople made) =>
        made.Next(4) switch
        {
            3 => $"{made.Hex(4)};{made.Word(2)};No;0;ON;<fraction> 0032 2044 003{made.Next(9)};;;2/3;N;;;;;",
            0 =>
                $"{made.Hex(8)}: {string.Join(' ', Enumerable.Range(0, 8).Select(_ => made.Hex(4)))}  ................",
            1 => $"  {string.Join(", ", Enumerable.Range(0, 8).Select(_ => "0x" + made.Hex(8)))},",
            _ =>
                $"U+{made.Digits(4)} {string.Join(' ', Enumerable.Range(0, 4).Select(_ => "00" + made.Digits(2)))}",
        };

    private static string Example(MadePeople made) =>
        made.Next(11) switch
        {
            8 => $"    if data[\"{made.Capital(2)}@odata.count\"] == 0: mail {made.Word(2)}@domain.tld",
            9 => $"locales/en_US@iso.{made.Word(1)} {made.Word(2)}@2031-09-29.yang",
            10 => $"user = C:\\{made.Capital(1)}\\{made.Capital(1)}\\Users{made.Capital(1)}' => $x",
            0 =>
                $"mail someone@example.com or {made.Word(2)}@example.org, see 192.0.2.{made.Next(255)} and 2001:db8::{made.Hex(2)}",
            1 => $"cp x /home/user/{made.Word(2)} && ls /Users/runner/{made.Word(2)} # ${{HOME}}/x",
            2 => $"git clone git@github.com:{made.Word(2)}/{made.Word(2)}.git",
            3 => $"call 555-0{100 + made.Next(99)} or +1-202-555-01{made.Digits(2)}",
            4 => $"listen 127.0.0.1:{made.Digits(4)}; netmask 255.255.255.0; 0.0.0.0:{made.Digits(4)}",
            5 =>
                $"require('/home/node_modules/{made.Word(2)}.js'); /home/linuxbrew/.linuxbrew/bin/{made.Word(2)}",
            6 => $"card 4242 4242 4242 4242, 4111111111111111, 378282246310005",
            _ => $"systemctl start getty@tty{made.Next(9)}.service {made.Word(2)}@{made.Next(9)}.service",
        };

    private static string Code(MadePeople made) =>
        made.Next(12) switch
        {
            9 => $"io_lib:format(\"{made.Word(2)} ~ts/~B {made.Word(2)} ~ts.__struct__/1\", [])",
            10 => $"# an increase by ~{made.Word(2)}/cos(dec), ~cm/s over a year; HOSTNAME= -D{made.Word(2)}",
            11 => $"parse(\"+20{made.One("15", "23", "31")}-01-{10 + made.Next(18)} 23:50:07\")",
            0 => $"    @{made.Word(2)}.setter  # {made.Word(2)}@{made.Word(2)}.property",
            1 => $"import {{ {made.Word(2)} }} from '@{made.Word(2)}/{made.Word(2)}.js';",
            2 => $"std::{made.Word(2)}::{made.Word(2)}<fd::{made.Word(2)}> a = b ? face::c : 0xfd00;",
            3 =>
                $"    phone: string; mobile?: number; fax = {made.Digits(3)}; @media (max-width: {made.Digits(3)}px)",
            4 => $"user.name = {made.Word(2)}.name; console.log(user.name, {made.Word(2)})",
            5 => $"threading.local() {made.Word(2)}.internal.{made.Word(2)} settings.local.{made.Word(2)}",
            6 =>
                $"router.get('/users/{made.Word(2)}', {made.Word(2)}); // /home/page/{made.Word(2)} ~Foo() x ~ y",
            7 => $"return{made.Word(2)}@io.{made.Word(2)}.{made.Word(2)}.Cookie, get@kotlin.collections.List",
            _ =>
                $"x = {made.Digits(5)} + {made.Digits(10)} - 0{made.Digits(9)} * 1e{made.Next(9)}; y[+{made.Digits(10)}]",
        };

    // Numbers in groups that are no phones', beside words that are no phones.
    private static string Groups(MadePeople made) =>
        made.Next(8) switch
        {
            0 =>
                $"    \"bytes\": \"0{made.Next(9)} 0{made.Next(9)} 0{made.Next(9)} 0{made.Next(9)} 0{made.Next(9)}\",",
            1 => $"part {made.Digits(3)}-{made.Digits(6)}, rev 0{made.Digits(3)}-{made.Digits(5)}",
            2 => $"x{made.Word(2)},0{made.Digits(3)}-{made.Digits(6)},{made.Next(99)}",
            3 => $"  [0{made.Digits(2)}/{made.Digits(7)}] {made.Word(2)}",
            4 => $"    \"isbn\": \"0-{made.Digits(3)}-{made.Digits(5)}-{made.Next(9)}\",",
            5 => $"0{made.Digits(2)} {made.Digits(4)} {made.Digits(4)} {made.Digits(4)} {made.Digits(2)}",
            6 => $"({made.Digits(2)}) {made.Word(2)} ({made.Digits(3)}) {made.Digits(4)}",
            _ =>
                $"  0{made.Next(9)}.{made.Digits(2)}.{made.Digits(2)}.{made.Digits(2)}.{made.Digits(2)} {made.Word(2)}",
        };

    private static string Setting(MadePeople made) =>
        made.Next(9) switch
        {
            0 => $"name = {made.Capital(3)} {made.Capital(2)}",
            1 => $"    name = \"{made.Capital(2)} {made.Capital(2)}\"",
            2 => $"  --max-desktop-width: {made.Digits(4)}px; .per-laptop-{made.Word(2)} {{ }}",
            3 => $"@media .is-macbook-pro, .{made.Word(2)}-desktop-icon {{ x: y }}",
            4 => $"hostname: {made.Word(2)}-service-{made.Next(9)}",
            5 => $"{made.Word(2)} changed {made.Next(9)} days ago) and {made.Word(2)} <{made.Word(2)}>",
            6 => $"2026-11-28 10:00:00 +0100 {made.Digits(3)} ({made.Word(2)}) {made.Word(2)}",
            7 => $"#{made.Next(99)} SMP {made.Word(2)} {made.Capital(2)} -imac {made.Word(2)}",
            _ => $"if user.name == \"{made.Word(2)}\": width={made.Digits(2)}px",
        };

    private static string Name(MadePeople made) => $"{made.Capital(2)}.{made.Capital(2)}";
}
