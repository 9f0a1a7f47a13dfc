namespace Datacurve.Core.Redaction.Personal;

/// <summary>The words that make the detectors of personal data look at a line.</summary>
internal static class PersonalWords
{
    /// <summary>Folders of which each belongs to a person, in paths and in URLs.</summary>
    public static readonly IReadOnlyList<string> Homes =
    [
        "/home/",
        "/users/",
        "\\users\\",
        "\\\\users",
        "\\home\\",
        "\\documents and settings\\",
        "%2fhome%2f",
        "%2fusers%2f",
        "%5cusers%5c",
    ];

    /// <summary>What stands before a person's name in git's output and messages.</summary>
    public static readonly IReadOnlyList<string> People =
    [
        "author:",
        "committer:",
        "commit: ",
        "tagger",
        "-by:",
        "author ",
        "committer ",
        "user.name",
        "author_name",
        "committer_name",
        " ago) ",
        "s ago",
        "hour ago",
        "day ago",
        "git shortlog",
        "[user]",
        "name = ",
    ];

    /// <summary>The group of a person's files on macOS, behind their owner.</summary>
    public static readonly IReadOnlyList<string> Groups = [" staff "];

    /// <summary>What stands before the number of an account.</summary>
    public const string Account = "uid=";

    /// <summary>What stands before the name of who is logged in.</summary>
    public static readonly IReadOnlyList<string> Logins =
    [
        "[sudo] password for ",
        "logname=",
        "user=",
        "username=",
        " pts/",
    ];

    /// <summary>The terminal of a process, or the marks for none.</summary>
    public static readonly IReadOnlyList<string> Terminals = [" ?  ", " ??  ", " ttys"];

    /// <summary>Parts of the modes of files, behind which their owners stand.</summary>
    public static readonly IReadOnlyList<string> Modes = ["rw-r", "rwxr", "rw--", "rwx-"];

    /// <summary>The sign of a mail address where it is encoded.</summary>
    public static readonly IReadOnlyList<string> MailSigns = ["%40", "\\u0040", "\\x40", "&#64;", "=40"];

    /// <summary>What says that a phone number follows, and a plus that is encoded.</summary>
    public static readonly IReadOnlyList<string> Phones =
    [
        "phone",
        "telefon",
        "tel:",
        "tel.",
        "tel=",
        "tel\"",
        "tel;",
        "tél",
        "mobil",
        "handy",
        "fax",
        "cell:",
        "whatsapp",
        "rufnummer",
        "to_number",
        "from_number",
        "%2b",
    ];

    /// <summary>What stands behind a program's name in a system's log.</summary>
    public static readonly IReadOnlyList<string> LogMarks = ["]: ", "kernel: ", "sudo: ", ">1 20"];

    /// <summary>Endings of machines' names in local networks.</summary>
    public static readonly IReadOnlyList<string> LocalEnds =
    [
        ".local",
        ".lan",
        ".internal",
        ".corp",
        ".intranet",
        ".intra",
        ".home.arpa",
        ".localdomain",
    ];

    /// <summary>What a machine's name is called.</summary>
    public static readonly IReadOnlyList<string> HostNames =
    [
        "hostname",
        "host name:",
        "host_name",
        "computername",
        "computer name:",
        "computer_name",
        "machinename",
        "machine name:",
        "machine_name",
        "nodename",
        "_host=",
        "host: ",
        "connect to host",
        "translate host name",
        "\\c$",
        "\\d$",
        "\\admin$",
        "\"host\":",
        "server:",
        ": lookup ",
        "userdomain",
        "running on ",
        "ok: [",
        "changed: [",
        "skipping: [",
        "fatal: [",
        "unreachable: [",
        "failed: [",
        "enotfound ",
        "127.0.1.1",
        " host=",
        "connection to ",
        "authenticity of host '",
        "permanently added '",
    ];

    /// <summary>Parts of the names that people and their systems give to machines.</summary>
    public static readonly IReadOnlyList<string> Machines =
    [
        "-macbook",
        "macbook-pro-",
        "macbook-air-",
        "-imac",
        "-mbp",
        "-thinkpad",
        "desktop-",
        "laptop-",
        " smp ",
        "darwin kernel",
    ];

    /// <summary>The sign between user and machine in prompts of Kali.</summary>
    public static readonly IReadOnlyList<string> PromptSigns = ["\u327f", "\\u327f", " in \U0001f310 "];

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        .. Homes,
        .. Groups,
        Account,
        .. Logins,
        .. Terminals,
        .. Modes,
        .. People,
        .. MailSigns,
        .. Phones,
        .. LogMarks,
        .. LocalEnds,
        .. HostNames,
        .. Machines,
        .. PromptSigns,
    ];
}
