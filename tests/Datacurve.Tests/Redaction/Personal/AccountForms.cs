namespace Datacurve.Tests.Redaction.Personal;

/// <summary>People's accounts as systems list them: by number, with their names, as owners.</summary>
internal static class AccountForms
{
    private const string Rule = "account-name";

    public static readonly PersonalForm[] All =
    [
        new(
            Rule,
            "id",
            made => made.User(),
            [
                "uid=1000({0}) gid=1000({0}) groups=1000({0}),4(adm),27(sudo),998(docker)",
                "uid=1001({0}) gid=100(users) groups=100(users),1001({0})",
                "+uid=2417({0}) gid=2417({0}) context=unconfined_u:unconfined_r",
                "{{\"out\":\"x\\nuid=1000({0}) gid=1000({0})\\n\"}}",
                "2026-11-28T10:00:00Z INFO who uid=1003({0}) euid=0(root)",
                "\e[32muid=1000({0})\e[0m gid=1000({0})",
            ]
        ),
        new(
            Rule,
            "id on macOS",
            made => made.User(),
            ["uid=501({0}) gid=20(staff) groups=20(staff),12(everyone)", "-uid=502({0}) gid=20(staff)"]
        ),
        new(
            Rule,
            "id of a domain",
            made => made.One("CORP\\", "") + made.User(),
            ["uid=62104({0}) gid=62513(domain users)", "uid=1719200417({0}) gid=100(users)"]
        ),
        new(
            Rule,
            "session",
            made => made.User(),
            [
                "pam_unix(sudo:session): session opened for user {0}(uid=1000) by (uid=0)",
                "session opened for user root(uid=0) by {0}(uid=1001)",
                "Nov 28 10:00:00 systemd: Started session 3 of user {0}(uid=1000).",
            ]
        ),
        new(
            Rule,
            "who is logged in",
            made => made.User(),
            [
                "[sudo] password for {0}: ",
                "\e[1m[sudo] password for {0}:\e[0m",
                "LOGNAME={0}",
                "{0}    pts/0        2026-11-30 10:11 (build7)",
                "{0} pts/12       :0               Mon Nov 30 10:11   still logged in",
                "declare -x LOGNAME=\"{0}\"",
                "USER={0}",
                "SUDO_USER={0}",
                "declare -x USERNAME=\"{0}\"",
                "env: HOME=/x LOGNAME={0} TERM=dumb",
                "{{\"out\":\"TERM=dumb\\nLOGNAME={0}\\n\"}}",
            ]
        ),
        new(
            Rule,
            "passwd",
            made => made.User(),
            [
                "{0}:x:1000:1000:,,,:/home/{0}:/bin/bash",
                "+{0}:x:1001:100::/home/{0}:/usr/bin/zsh",
                "{0}:*:2001:2001:x:/usr/home/{0}:/bin/sh",
                "{{\"out\":\"x\\n{0}:x:1000:1000::/home/{0}:/bin/bash\\n\"}}",
                "/etc/passwd:41:{0}:x:1000:1000::/home/{0}:/bin/bash",
            ]
        ),
        new(
            Rule,
            "full name in passwd",
            made => made.One($"{made.Capital(2)} {made.Capital(3)}", $"Ö{made.Word(2)} {made.Capital(2)}"),
            [
                "kbode:x:1000:1000:{0},,,:/home/kbode:/bin/bash",
                "-kbode:x:1001:1001:{0}:/home/kbode:/bin/zsh",
                "kbode:x:1001:1001:{0},B 12,,:/var/home/kbode:/bin/zsh",
            ]
        ),
        new(
            Rule,
            "owner in an archive",
            made => made.User(),
            [
                "-rw-r--r-- {0}/{0}      1234 2026-11-28 10:00 src/app.py",
                "drwxr-xr-x {0}/users       0 2026-11-28 10:00 src/",
                "+-rwxr-xr-x {0}/staff 88 2026-11-28 10:00 run.sh",
                "lrwxrwxrwx {0}/{0} 0 2026-11-28 10:00 a -> b",
                "-rw------- {0}/{0} 12 2026-11-28 10:00:12 key",
            ]
        ),
        new(
            Rule,
            "owner and group",
            made => made.Given().ToLowerInvariant() + made.One("", ".b", "_k", "2"),
            [
                "-rw-r--r-- 1 {0} {0} 4096 Nov 28 10:00 app.py",
                "drwxr-xr-x  5 {0} {0}  160 Nov 28  2026 src",
                "total 8\tdrwx------+ 2 {0} {0} 4.0K Nov 28 10:00 .ssh",
                "+-rwxr-xr-x. 1 {0} {0} 88 2026-11-28 10:00 run.sh",
            ]
        ),
        new(
            Rule,
            "process",
            made => made.User(),
            [
                "{0}     4711  0.0  0.1  12345   678 ?  Ss  10:00  0:00 python /home/{0}/app.py",
                "{0}   812  811  0 10:00 pts/0 00:00:01 /home/{0}/.local/bin/serve",
                "{0}     4711  0.0  0.1  12345   678 ?  Ss  10:00  0:00 -bash",
                "+{0}     4711 12.0  0.1  12345   678 pts/3  Ss  10:00  0:00 vi",
                "{0}     812  811  0 10:00 ?        00:00:01 sleep 60",
                "{0}     812  811  0 Nov28 pts/0    00:00:01 bash",
                "{0}  4711   0.0  0.1 34567890  12345   ??  S    10:11AM   0:00.01 node",
            ]
        ),
    ];

    /// <summary>Lines that look alike and name nobody.</summary>
    public static string Nobody(MadePeople made) =>
        made.Next(15) switch
        {
            0 =>
                $"{made.Word(2)}:x:{made.Next(1000)}:{made.Next(1000)}::/var/lib/{made.Word(2)}:/usr/sbin/nologin",
            1 => $"uid={made.Next(1000)}({made.Word(2)}) gid={made.Next(1000)}({made.Word(2)})",
            2 => "ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash",
            3 => "nobody:x:65534:65534:Kernel Overflow User:/:/usr/sbin/nologin",
            4 => $"-rw-r--r-- root/root 1{made.Digits(3)} 2026-11-28 10:00 usr/lib/{made.Word(2)}",
            5 => $"-rw-r--r-- 1 {made.Word(2)}d {made.Word(2)}d {made.Digits(4)} Nov 28 10:00 {made.Word(2)}",
            6 => $"drwxr-xr-x 2 root root 4096 Nov 28 10:00 {made.Word(2)}",
            7 => $"GET /x?uid={made.Digits(5)}&gid={made.Digits(4)}({made.Word(2)})",
            8 => $"uid={made.Word(2)},ou=people,dc={made.Word(2)} (uid=%s) (uid={made.Word(2)})",
            9 => $"chmod u=rw-r,g=r-x {made.Word(2)}/{made.Word(2)} rwxrwxrwx {made.Word(2)}/{made.Word(2)}",
            10 =>
                $"f({made.Digits(3)}) {made.Digits(3)}-{made.Digits(2)}-{made.Digits(2)} + 18 ({made.Digits(3)})",
            11 => $"syslog      {made.Digits(3)}  0.0  0.1 12345 678 ?  Ss 10:00 0:00 {made.Word(2)}d",
            12 => $"{made.Word(2)} 12 4 6 ?  11 {made.Word(2)} 7, 8 {made.Word(2)}",
            13 => $"DB_USER={made.Word(2)} USER=$USER user={made.Word(2)}",
            _ => $"root      {made.Digits(4)}  0.0  0.1 12345 678 ? Ss 10:00 0:00 /usr/sbin/{made.Word(2)}d",
        };
}
