namespace Datacurve.Core.Redaction;

/// <summary>The words that make the detectors which are code look at a line.</summary>
internal static class ContextWords
{
    /// <summary>Parts of names whose values are secrets.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "passw",
        "passphrase",
        "kennwort",
        "de_passe",
        "depasse",
        "contrase",
        "senha",
        "wachtwoord",
        "haslo",
        "heslo",
        "passcode",
        "_pass",
        "-pass",
        ".pass",
        "dbpass",
        "userpass",
        "storepass",
        "keypass",
        "rootpw",
        "bindpw",
        "instrumentationkey",
        "pass=",
        "pass:",
        "pass =",
        "pass :",
        "pass\"",
        "pass\\",
        "pass&",
        "pass'",
        "pass>",
        "pwd",
        "psk=",
        "-psk",
        "_psk",
        "requirepass",
        "masterauth",
        "pw=",
        "pw =",
        "pw:",
        "pw\"",
        "pw\\",
        "presharedkey",
        "secret",
        "token",
        "credential",
        "_key",
        "-key",
        "apikey",
        "accesskey",
        "privatekey",
        "signingkey",
        "encryptionkey",
        "accountkey",
        "storagekey",
        "masterkey",
        "authkey",
        "appkey",
        "servicekey",
        "licensekey",
        "sessionkey",
        "cryptkey",
        "sharedkey",
        "clientkey",
        "recordkey",
        "hmackey",
        "jwtkey",
        "api key",
        "access key",
        "secret key",
        "private key",
        "signing key",
        "encryption key",
        "license key",
        "master key",
        "account key",
        "auth key",
        "api.key",
        "access.key",
        "license.key",
        "master.key",
        "encryption.key",
        "signing.key",
        "account.key",
        "_auth",
        "\"auth\"",
        "\"auth\\",
        "authorization",
        "_salt",
        "cookie",
        "sessionid",
        "session_id",
        "sessid",
        "signature=",
        "webhook_url",
        "_dsn",
        "_pat=",
        "_pat\"",
        "_sid=",
        " sid=",
        "\"sid\"",
        "\"sid\\",
        "_pepper",
    ];

    public static readonly IReadOnlyList<string> Schemes = ["bearer ", "basic "];
    public const string Url = "://";

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
    ];

    /// <summary>The sign of a mail address where it is encoded.</summary>
    public static readonly IReadOnlyList<string> MailSigns = ["%40", "\\u0040", "\\x40", "&#64;"];

    /// <summary>What says that a phone number follows, and a plus that is encoded.</summary>
    public static readonly IReadOnlyList<string> Phones =
    [
        "phone",
        "telefon",
        "tel:",
        "tel.",
        "tel=",
        "tel\"",
        "tél",
        "mobil",
        "handy",
        "fax",
        "cell:",
        "whatsapp",
        "rufnummer",
        "%2b",
    ];

    /// <summary>What stands behind a program's name in a system's log.</summary>
    public static readonly IReadOnlyList<string> LogMarks = ["]: ", "kernel: ", "sudo: "];

    /// <summary>Endings of machines' names in local networks.</summary>
    public static readonly IReadOnlyList<string> LocalEnds =
    [
        ".local",
        ".lan",
        ".internal",
        ".corp",
        ".intranet",
        ".home.arpa",
        ".localdomain",
    ];

    public const string HostName = "hostname";

    /// <summary>Those that announce secrets.</summary>
    public static readonly IReadOnlyList<string> Secret = [.. Names, .. Schemes, Url];

    /// <summary>Those that announce personal data and nothing else.</summary>
    public static readonly IReadOnlyList<string> Personal =
    [
        .. Homes,
        .. People,
        .. MailSigns,
        .. Phones,
        .. LogMarks,
        .. LocalEnds,
        HostName,
    ];
}
