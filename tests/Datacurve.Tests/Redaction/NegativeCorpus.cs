using System.Text;

namespace Datacurve.Tests.Redaction;

/// <summary>
/// Text without secrets that looks as if it had some: made from a seed, and what is on any machine that
/// builds this: our own sources and history, and the documentation of the SDK.
/// </summary>
internal static class NegativeCorpus
{
    private const int MadeBytes = 12_000_000;
    private const int FoundBytes = 14_000_000;

    private static readonly string[] Nouns =
    [
        "token",
        "secret",
        "password",
        "key",
        "auth",
        "session",
        "user",
        "cache",
        "cursor",
        "cookie",
        "client",
        "request",
        "credential",
        "public",
        "primary",
        "page",
        "api",
        "access",
        "config",
        "name",
        "length",
        "value",
        "type",
    ];

    public static IEnumerable<byte[]> Texts(int seed)
    {
        var made = new Made(seed);
        for (var bytes = 0; bytes < MadeBytes; )
        {
            var text = made.File();
            bytes += text.Length;
            yield return Encoding.UTF8.GetBytes(text);
        }
        var found = 0;
        foreach (var path in Found())
        {
            var text = File.ReadAllBytes(path);
            found += text.Length;
            yield return text;
            if (found > FoundBytes)
                yield break;
        }
    }

    private static IEnumerable<string> Found()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Datacurve.slnx")))
            root = Path.GetDirectoryName(root)!;
        var sdk = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var shared = Path.GetFullPath(Path.Combine(sdk, "../../.."));
        return Directory
            .EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            .Concat(
                Directory.EnumerateFiles(
                    Path.Combine(root, "src"),
                    "packages.lock.json",
                    SearchOption.AllDirectories
                )
            )
            .Concat(Directory.EnumerateFiles(shared, "*.json", SearchOption.AllDirectories))
            .Concat(
                Directory.EnumerateFiles(Path.Combine(shared, "packs"), "*.xml", SearchOption.AllDirectories)
            );
    }

    private sealed class Made(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Planted _planted = new(seed);

        public string File()
        {
            Func<string> line = _random.Next(6) switch
            {
                0 => Code,
                1 => LockFile,
                2 => Log,
                3 => GitOutput,
                4 => Settings,
                _ => Script,
            };
            var text = new StringBuilder();
            for (var i = 0; i < 400; i++)
                text.Append(line()).Append(i % 50 == 0 ? "\r\n" : "\n");
            return text.ToString();
        }

        private string Code() =>
            _random.Next(8) switch
            {
                0 => $"    var {Noun()}{Noun(true)} = {Noun()}.Get{Noun(true)}({_random.Next(100)});",
                1 => $"  if ({Noun()}.{Noun()} === null || {Noun()}_{Noun()} > 0x{_planted.Hex(8)}) {{",
                2 => $"def {Noun()}_{Noun()}(self, {Noun()}: str = \"\", {Noun()}=None):",
                3 => $"    public string {Noun(true)}{Noun(true)} {{ get; set; }} = \"{Noun()}-{Noun()}\";",
                4 => $"assert {Noun()} == \"{Noun()}_{_random.Next(100)}\"  # {Noun()} of {Noun()}",
                5 => $"const {Noun()} = process.env.{Noun().ToUpperInvariant()}_{Noun().ToUpperInvariant()};",
                6 => $"// the {Noun()} is the {Noun()} of the {Noun()}: see {Guid()}",
                _ => $"  \"{Noun()}\": \"the {Noun()} {Noun()}\", '{Noun()}': {Noun()}[{_random.Next(9)}],",
            };

        private string LockFile() =>
            _random.Next(4) switch
            {
                0 => $"      \"integrity\": \"sha512-{_planted.Alphanumeric(86)}==\",",
                1 =>
                    $"github.com/{Noun()}/{Noun()} v1.{_random.Next(9)}.{_random.Next(99)} h1:{_planted.Alphanumeric(43)}=",
                2 => $"checksum = \"{_planted.Hex(64)}\"",
                _ =>
                    $"    \"resolved\": \"https://registry.test/{Noun()}-{Noun()}/-/{Noun()}-2.{_random.Next(30)}.1.tgz\",",
            };

        private string Log() =>
            $"2026-11-24T10:{_random.Next(60):00}:{_random.Next(60):00}.{_random.Next(999):000}Z "
            + $"INFO {Noun()}.{Noun()} id={Guid()} {Noun()}={_random.Next()} trace={_planted.Hex(32)} took={_random.Next(99)}.5ms";

        private string GitOutput() =>
            _random.Next(4) switch
            {
                0 => $"commit {_planted.Hex(40)}",
                1 => $"index {_planted.Hex(7)}..{_planted.Hex(7)} 100644",
                2 => $"{_planted.Hex(7)} Move the {Noun()} of {Noun()} to {Noun()}",
                _ => $"sha256:{_planted.Hex(64)}  {Noun()}/{Noun()}.cs",
            };

        private string Settings() =>
            _random.Next(5) switch
            {
                0 =>
                    $"{Noun().ToUpperInvariant()}_{Noun().ToUpperInvariant()}=${{{Noun().ToUpperInvariant()}}}",
                1 => $"  {Noun()}: {{{{ .Values.{Noun()}.{Noun()} }}}}",
                2 => $"{Noun()}_password = changeme",
                3 => $"    secretName: {Noun()}-{Noun()}-{_random.Next(9)}",
                _ => $"{Noun()}_key: <your-{Noun()}-key>",
            };

        private string Script() =>
            _random.Next(3) switch
            {
                0 => $"curl -u \"$USER:$PASSWORD\" https://host.test/{Noun()}/{_random.Next(999)}",
                1 =>
                    $"docker run -p 80{_random.Next(99)}:80 -e {Noun().ToUpperInvariant()} {Noun()}:{_random.Next(9)}.1",
                _ => $"mkdir -p /srv/{Noun()} && tar xf {Noun()}-1.{_random.Next(99)}.tar.gz # {Noun()}",
            };

        private string Guid() =>
            $"{_planted.Hex(8)}-{_planted.Hex(4)}-4{_planted.Hex(3)}-a{_planted.Hex(3)}-{_planted.Hex(12)}";

        private string Noun(bool isCapital = false)
        {
            var noun = Nouns[_random.Next(Nouns.Length)];
            return isCapital ? char.ToUpperInvariant(noun[0]) + noun[1..] : noun;
        }
    }
}
