namespace Datacurve.Tests.Redaction.Personal;

/// <summary>Folders of users, of every system and in every escape.</summary>
internal static class PathForms
{
    private const string Rule = "home-folder";

    public static readonly PersonalForm[] All =
    [
        new(Rule, "Linux", made => made.User(), InPath("/home/{0}/src/app.py")),
        new(Rule, "macOS", made => made.User(), InPath("/Users/{0}/src/app.py")),
        new(Rule, "Windows", made => made.User(), InPath(@"C:\Users\{0}\src\app.py")),
        new(Rule, "Windows, escaped", made => made.User(), InPath(@"C:\\Users\\{0}\\src\\app.py")),
        new(Rule, "Windows, escaped twice", made => made.User(), InPath(@"C:\\\\Users\\\\{0}\\\\src")),
        new(Rule, "Windows with slashes", made => made.User(), InPath("c:/Users/{0}/src/app.py")),
        new(
            Rule,
            "Windows, name of two words",
            made => made.Capital(2) + " " + made.Capital(2),
            InPath(@"C:\Users\{0}\src\app.py")
        ),
        new(Rule, "Windows XP", made => made.User(), InPath(@"C:\Documents and Settings\{0}\x")),
        new(Rule, "share", made => made.User(), InPath(@"\\fileserver\Users\{0}\x")),
        new(Rule, "WSL", made => made.User(), InPath("/mnt/c/Users/{0}/src")),
        new(Rule, "WSL from Windows", made => made.User(), InPath(@"\\wsl$\Ubuntu\home\{0}\src")),
        new(Rule, "Cygwin", made => made.User(), InPath("/cygdrive/c/Users/{0}/src")),
        new(Rule, "MSYS", made => made.User(), InPath("/c/Users/{0}/src")),
        new(Rule, "tilde", made => made.Word(3), InPath("~{0}/src/app.py")),
        new(Rule, "URL", made => made.User(), InPath("file:///home/{0}/src/app.py")),
        new(Rule, "encoded", made => made.User(), InPath("%2Fhome%2F{0}%2Fsrc")),
        new(Rule, "encoded, Windows", made => made.User(), InPath("C%3A%5CUsers%5C{0}%5Csrc")),
        new(Rule, "editor's URL", made => made.User(), InPath("file:///c%3A/Users/{0}/src")),
        new(
            Rule,
            "end of text",
            made => made.User(),
            [
                "HOME=/home/{0}",
                "cd /Users/{0}",
                "drwx------ 5 x x 4096 Nov 28 10:00 /home/{0}",
                "x:x:1000:1000:,,,:/home/{0}:/bin/bash",
                "export HOME=\"/home/{0}\"",
            ]
        ),
        new(
            Rule,
            "owner in a list of files",
            made => made.Word(3) + made.Digits(1),
            [
                "drwxr-xr-x  5 {0} staff  160 Nov 28 10:00 /Users/{0}/src",
                "-rw-r--r-- 1 {0} {0} 7 Nov 28 10:00 /home/{0}/a.txt",
                "{{\"out\":\"x\\ndrwxr-xr-x 5 {0} staff 160 Nov 28 10:00 /Users/{0}/src\\n/Users/{0}/y\\n\"}}",
            ]
        ),
        new(
            Rule,
            "Docker volume",
            made => made.User(),
            [
                "docker run -v /home/{0}:/work x",
                "      - /home/{0}/data:/data:ro",
                "--mount type=bind,source=/Users/{0}/x,target=/x",
                "docker run -v C:\\Users\\{0}:/work x",
                "-v /host_mnt/Users/{0}/x:/x",
            ]
        ),
        new(Rule, "beside the root", made => made.User(), InPath("/var/home/{0}/src")),
        new(Rule, "BSD", made => made.User(), InPath("/usr/home/{0}/src")),
    ];

    private static string[] InPath(string path) =>
        [
            path,
            $"+    at main ({path}:12)",
            $"  File \"{path}\", line 3, in <module>",
            $"{{{{\"cwd\":\"{path}\",\"x\":1}}}}",
            $"PATH={path}:/usr/bin",
            $"  17  cd {path}",
            $"\e[32m{path}\e[0m: ok",
            $"error in {path}: no such file",
        ];
}
