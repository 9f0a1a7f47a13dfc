namespace Datacurve.Tests.Redaction.Personal;

/// <summary>People and machines where no address stands beside them.</summary>
internal static class GitPeopleForms
{
    private const string Identity = "git-identity";
    private const string Host = "host-name";

    public static readonly PersonalForm[] All =
    [
        new(
            Identity,
            "blame within something",
            made => made.Name(),
            [
                "{{\"out\":\"4f2c1d7e ({0} 2026-11-28 10:00:00 +0100 12) x\"}}",
                "notes.txt:3:4f2c1d7e ({0} 2026-11-28 10:00:00 +0100 12) x = 1",
                "    12\t4f2c1d7e src/a.py ({0} 2026-11-28 10:00:00 -0500 7) y",
                "<code>4f2c1d7e ({0} 2026-11-28 10:00:00 +0100 12) z</code>",
                "> 4f2c1d7e ({0} 2026-11-28 10:00:00 +0000 1) z",
            ]
        ),
        new(
            Identity,
            "log with the author at its end",
            made => made.Name(),
            [
                "* 4f2c1d7 - Fix it (3 days ago) <{0}>",
                "4f2c1d7 - (HEAD) Do (2 hours ago) &lt;{0}&gt;",
                "* 4f2c1d7 - (3 days ago) Mend it - {0} (HEAD -> main)",
                "4f2c1d7 - (2 hours ago) Mend - it - {0}",
            ]
        ),
        new(
            Identity,
            "log with an age behind the author",
            made => made.Name(),
            [
                "4f2c1d7 {0} 3 weeks ago Mend it",
                "* 4f2c1d7e - {0}, 2 days ago : Mend it",
                "{{\"out\":\"4f2c1d7 {0} 1 hour ago Mend it\\n\"}}",
                "4f2c1d7 {0} 5 minutes ago",
            ]
        ),
        new(
            Identity,
            "configuration",
            made => made.Given() + " " + made.Capital(3),
            [
                "\tname = {0}",
                "+\tname = {0}",
                "{{\"config\":\"[user]\\n\\tname = {0}\\n\"}}",
                "    3\t    name = {0}",
                ".gitconfig:2:\tname = {0}",
                "{{\"out\":\"user.name={0}\\nuser.editor=vi\"}}",
                "> user.name={0}",
                "GIT_AUTHOR_NAME={0}",
            ]
        ),
        new(
            Identity,
            "shortlog in one string",
            made => made.Name(),
            ["{{\"cmd\":\"git shortlog -sn\",\"out\":\"    97\\t{0}\\n\"}}"]
        ),
        new(
            Host,
            "machine of a person",
            made => made.Given() + made.One("s-MacBook-Pro", "-thinkpad", "-imac", "-mbp"),
            [
                "ssh {0} uptime",
                "built on {0} in 12 s",
                "  node: {0}",
                "{{\"runner\":\"{0}\"}}",
                "2026-11-28T10:00:00Z INFO agent on {0} ready",
                "scp x {0}:/tmp",
            ]
        ),
        new(
            Host,
            "machine that Windows names",
            made => made.One("DESKTOP-", "LAPTOP-") + made.Of("ABCDEFGH23456789", 5) + "7Q",
            ["Computer: {0}", "\\\\\\\\{0}\\\\share", "from {0} port 5", "{{\"host\":\"{0}\"}}", "{0}"]
        ),
        new(
            Host,
            "machine of an organisation",
            made => $"{made.Word(2)}{made.Digits(2)}.{made.One("corp", "lan", "int")}.{made.Word(3)}.net",
            [
                "Server: {0}",
                "dial tcp: lookup {0} on 10.2.3.4:53: no such host",
                "{{\"host\":\"{0}\",\"level\":\"info\"}}",
            ]
        ),
        new(
            Host,
            "machine of an organisation in an address",
            made =>
                $"{made.Word(2)}{made.Digits(2)}.{made.One("corp", "lan", "internal")}.{made.Word(3)}.net",
            ["proxy_pass http://{0}:8080;", "ssh {0}", "curl https://{0}/x"]
        ),
        new(
            "home-folder",
            "owner of a file on macOS",
            made => made.User(),
            ["drwxr-xr-x  5 {0} staff  160 Mar  3 10:11 src", "-rw-r--r--@ 1 {0}  staff  6148 Mar  3 10:11 a"]
        ),
        new(
            Host,
            "kernel",
            made => made.Word(3) + made.Digits(2),
            [
                "Linux {0} 6.5.0-26-generic #26-Ubuntu SMP PREEMPT_DYNAMIC x86_64 GNU/Linux",
                "Darwin {0} 23.4.0 Darwin Kernel Version 23.4.0: arm64",
                "{{\"out\":\"Linux {0} 6.5.0 #1 SMP x86_64\\n\"}}",
            ]
        ),
        new(
            Host,
            "machine that is said to be one",
            made => made.Given().ToLowerInvariant() + made.One("-ws", "-pc") + made.Digits(2),
            ["COMPUTERNAME={0}", "Host Name:    {0}", "{{\"hostname\": \"{0}\"}}", "machine_name: {0}"]
        ),
        new(
            "shell-prompt",
            "Kali",
            made => made.Word(3),
            ["┌──({0}㉿kali)-[~/src]", "{{\"out\":\"┌──({0}\\u327fkali)-[~]\\r\\n\"}}"]
        ),
        new(
            "shell-prompt",
            "comment of a public key",
            made => made.Word(3),
            [$"ssh-ed25519 {PublicKey} {{0}}@zork", $"+ssh-rsa {PublicKey} {{0}}@zork"]
        ),
        new(
            "email-address",
            "quoted-printable",
            made => made.Mail(made.User()).Replace("@", "=40"),
            ["Reply to {0} or call.=", "To: {0}"]
        ),
    ];

    private static string PublicKey => "AAAA" + new string('C', 3) + "1lZDI1NTE5" + new string('I', 50);
}
