namespace Datacurve.Tests.Redaction.Personal;

/// <summary>Machines, users and people, as shells, logs and git write them.</summary>
internal static class HostForms
{
    public static readonly PersonalForm[] All =
    [
        new("shell-prompt", "user in a prompt", made => made.User(), Prompts("{0}", "vesta")),
        new("shell-prompt", "machine in a prompt", made => made.Machine(), Prompts("kim", "{0}")),
        new(
            "shell-prompt",
            "machine behind ssh",
            made => made.Word(2) + made.Digits(2),
            [
                "ssh kim@{0}",
                "  44  ssh -p 2222 kim@{0} uptime",
                "scp x.tar kim@{0}:/srv",
                "rsync -a . kim@{0}:",
                "$ sftp kim@{0}",
            ]
        ),
        new(
            "shell-prompt",
            "machine of an account that all have",
            made => $"{made.Word(3)}{made.Digits(2)}.{made.Word(2)}.net",
            ["root@{0}:~# systemctl status x", "scp app.jar root@{0}:/opt/app/", "ssh admin@{0} uptime"]
        ),
        new("host-name", "system log", made => made.Machine(), Logs("{0}", "kim")),
        new("host-name", "user in a system log", made => made.Word(3), Users("vesta", "{0}")),
        new(
            "host-name",
            "local network",
            made => made.Word(3) + "-nas." + made.One("local", "lan", "internal", "corp", "home.arpa"),
            [
                "http://{0}/x",
                "ping {0}",
                "  url: https://{0}:8443/api",
                "ssh://git@{0}/x.git",
                "host: {0}",
                "nslookup {0}",
                "curl -s {0}",
            ]
        ),
        new(
            "host-name",
            "of an organisation or a person, said",
            made =>
                made.One(
                    $"{made.Word(2)}-{made.Digits(2)}.{made.One("corp", "intra", "int")}.{made.Word(2)}.net",
                    $"{made.Given()}-{made.One("xps", "thinkpad", "nuc")}{made.Digits(2)}"
                ),
            [
                "ORDERS_HOST={0}",
                "+  host: {0}",
                "ssh: connect to host {0} port 22: Connection refused",
                "could not translate host name \"{0}\" to address",
                @"PS \\{0}\C$> dir",
                @"{{""cmd"":""dir \\\\{0}\\C$""}}",
                "2026-11-28T10:00:00.5Z Nov 28 10:00:00 {0} cron[7]: done",
                "{{\"out\":\"x\\nNov 28 10:00:00 {0} cron[7]: done\"}}",
                "{{\"out\":\"{{\\\"hostname\\\":\\\"{0}\\\",\\\"pid\\\":7}}\"}}",
            ]
        ),
        new(
            "host-name",
            "named",
            made => made.Machine(),
            [
                "HOSTNAME={0}",
                "export HOSTNAME=\"{0}\"",
                " Static hostname: {0}",
                "HostName {0}",
                "{{\"_HOSTNAME\":\"{0}\",\"x\":1}}",
                "{{\"level\":30,\"hostname\":\"{0}\",\"pid\":12,\"msg\":\"x\"}}",
            ]
        ),
        new(
            "host-name",
            "end of a connection",
            made => made.One($"{made.Word(2)}{made.Digits(2)}", $"{made.Word(2)}-{made.Word(2)}"),
            [
                "Connection to {0} closed.",
                "Shared connection to {0} closed.",
                "{{\"out\":\"x\\r\\nConnection to {0} closed by remote host.\\r\\n\"}}",
            ]
        ),
        new(
            "host-name",
            "messages of ssh",
            made => made.One(made.Machine(), $"{made.Word(2)}{made.Digits(2)}.prod.{made.Word(2)}.net"),
            [
                "The authenticity of host '{0} (83.12.44.201)' can't be established.",
                "The authenticity of host '[{0}]:2222 ([83.12.44.201]:2222)' can't be established.",
                "Warning: Permanently added '{0}' (ED25519) to the list of known hosts.",
                "Warning: Permanently added '{0},83.12.44.201' (ECDSA) to the list of known hosts.",
            ]
        ),
    ];

    private static string[] Prompts(string user, string machine) =>
        [
            $"{user}@{machine}:~/src$ make",
            $"[{user}@{machine} src]$ make",
            $"{user}@{machine} src % make",
            $"\e[92m{user}\e[0m@\e[33m{machine}\e[0m ~/s/blanket (main)> make",
            $"\e[32m{user}@{machine} \e[35mMINGW64 \e[33m~/src",
            $"\e[01;32m{user}@{machine}\e[00m:\e[01;34m~/src\e[00m$ make",
            $"(venv) {user}@{machine}:~$ make",
            $"{user}@{machine}:/var/log# tail x",
            $"\e]0;{user}@{machine}: ~/src\a",
            $"{user}@{machine} ~/src> make",
            $"# make\r\e[K\r{user}@{machine}:/var/log# make",
            $"(reverse-i-search)`m': make\b\r\e[7P{user}@{machine}:~/src$ make",
            $"╭─{user}@{machine} ~/src",
            $"➜  {user}@{machine} src git:(main) ✗ make",
            $"{user} in 🌐 {machine} in src on  main",
            $"\"\\u001b[01;32m{user}@{machine}\\u001b[00m:\\u001b[01;34m~\\u001b[00m$ make\"",
        ];

    private static string[] Logs(string machine, string user) =>
        [
            $"Nov 28 10:00:00 {machine} sshd[812]: Accepted publickey for {user} from 83.12.44.201 port 5",
            $"Nov  8 10:00:00 {machine} kernel: [12.5] usb 1-1: new device",
            $"2026-11-28T10:00:00.123456+01:00 {machine} systemd[1]: Started x.",
            $"+Nov 28 10:00:00 {machine} CRON[9]: (root) CMD (x)",
            $"<34>1 2026-11-28T10:00:00Z {machine} app[7]: done",
            $"<34>1 2026-11-28T10:00:00.003Z {machine} su - ID47 - failed",
            $"<165>1 2026-11-28T10:00:00Z {machine} worker 812 ID3 - done",
            $"Nov 28 10:00:00 {machine} dockerd[77]: time=\"x\" level=info",
        ];

    private static string[] Users(string machine, string user) =>
        [
            $"Nov 28 10:00:00 {machine} sshd[812]: Accepted publickey for {user} from 83.12.44.201 port 5",
            $"Nov 28 10:00:00 {machine} sshd[812]: Failed password for invalid user {user} from 83.12.44.201",
            $"Nov 28 10:00:00 {machine} sshd[812]: pam_unix(sshd:session): session opened for user {user}(uid=1000)",
            $"Nov 28 10:00:00 {machine} sudo:   {user} : TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/bin/ls",
        ];
}

internal static class PersonForms
{
    private const string Rule = "git-identity";
    private const string Mail = "q@zz.name";

    public static readonly PersonalForm[] All =
    [
        new(
            Rule,
            "git log",
            made => made.Name(),
            [
                $"Author: {{0}} <{Mail}>",
                $"Commit:     {{0}} <{Mail}>",
                $"\e[33mAuthor: {{0}} <{Mail}>\e[m",
                $"author {{0}} <{Mail}> 1790000000 +0100",
                $"tagger {{0}} <{Mail}> 1790000000 +0100",
                $"Author:     {{0}} <{Mail}>",
            ]
        ),
        new(
            Rule,
            "trailers",
            made => made.Name(),
            [
                $"Signed-off-by: {{0}} <{Mail}>",
                "    Reported-by: {0}",
                "Reviewed-by: {0}",
                $"    Co-authored-by: {{0}} <{Mail}>",
                $"Reviewed-by: {{0}} <{Mail}>",
                $"Cc: {{0}} <{Mail}>",
                $"+Acked-by: {{0}} <{Mail}>",
            ]
        ),
        new(
            Rule,
            "mail",
            made => made.Name(),
            [
                $"From: {{0}} <{Mail}>",
                $"To: \"{{0}}\" <{Mail}>",
                $"{{{{\"from\":\"{{0}} <{Mail}>\"}}}}",
                $"Thanks to {{0}} <{Mail}> for it.",
                $"Reply-To: {{0}} <{Mail}>",
                $"From: {{0}} &lt;{Mail}&gt;",
            ]
        ),
        new(
            Rule,
            "mailmap",
            made => made.Name(),
            [
                $"{{0}} <{Mail}>",
                $"{{0}} <{Mail}> Kim <kim@zz.name>",
                $"+{{0}} <{Mail}>",
                $"     7\t{{0}} <{Mail}>",
                $"2026-11-28  {{0}}  <{Mail}>",
            ]
        ),
        new(
            Rule,
            "settings",
            made => made.Name(),
            [
                "git config --global user.name \"{0}\"",
                "user.name={0}",
                "  9  git -c user.name='{0}' commit",
                "export GIT_AUTHOR_NAME=\"{0}\"",
                "GIT_COMMITTER_NAME='{0}' git commit",
                "    git config user.name '{0}'",
            ]
        ),
        new(
            Rule,
            "blame",
            made => made.Name(),
            [
                "4f2c1d7e ({0} 2026-11-28 10:00:00 +0100 12) x = 1",
                "^4f2c1d7 ({0}   2026-11-28 10:00:00 +0100  2)",
                "4f2c1d7e src/a.py ({0} 2026-11-28 10:00:00 +0100 12) y",
                "4f2c1d7e9b8a ({0} 2026-11-28 12) x",
                "0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b ({0} 2026-11-28 10:00:00 +0000 1)",
            ]
        ),
        new(Rule, "blame --porcelain", made => made.Name(), ["author {0}", "committer {0}"]),
        new(
            Rule,
            "JSON",
            made => made.Name(),
            [
                $"{{{{\"name\":\"{{0}}\",\"email\":\"{Mail}\"}}}}",
                $"\"author\": {{{{\"name\": \"{{0}}\", \"email\": \"{Mail}\"}}}},",
                $"{{{{\"email\":\"{Mail}\",\"name\":\"{{0}}\"}}}}",
                $"\"author\": \"{{0}} <{Mail}>\",",
                $"{{{{\"commit\":{{{{\"author\":{{{{\"name\":\"{{0}}\",\"email\":\"{Mail}\"}}}}}}}}}}}}",
            ]
        ),
    ];
}
