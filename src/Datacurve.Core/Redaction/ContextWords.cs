namespace Datacurve.Core.Redaction;

/// <summary>The words that make the detectors which are code look at a line.</summary>
internal static class ContextWords
{
    // Kinds of keys, of which people speak in two words.
    private const string KeyKinds =
        "api access secret private signing encryption license master account auth app application "
        + "integration routing consumer write hmac admin global ingest ingestion project subscription";

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
        "remotepass",
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
        "consumerkey",
        "writekey",
        "deploykey",
        "adminkey",
        "applicationkey",
        "integrationkey",
        "routingkey",
        "ingestkey",
        "subscriptionkey",
        "functionkey",
        "serverkey",
        .. NameWords.Vendors.Select(vendor => vendor + "key"),
        .. KeyKinds.Split(' ').Select(kind => kind + " key"),
        "globalkey",
        "honeycomb-team",
        "ovh-consumer",
        "hmackey",
        "aeskey",
        "validationkey",
        "decryptionkey",
        "jwtkey",
        "ingestionkey",
        "projectkey",
        "api.key",
        "write.key",
        "storage.key",
        "speech.key",
        "access.key",
        "license.key",
        "master.key",
        "encryption.key",
        "signing.key",
        "account.key",
        "hmac.key",
        "auth.key",
        "secret.key",
        "private.key",
        "service.key",
        ".psk",
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
        "_pat:",
        "_pat\"",
        "_pat'",
        "_pat =",
        "-pat =",
        "-pat=",
        "-pat:",
        "_sid=",
        " sid=",
        "\"sid\"",
        "\"sid\\",
        "_pepper",
        ".pepper",
        "pepper=",
        "_license",
        "authtok",
        "keymaterial",
    ];

    public static readonly IReadOnlyList<string> Schemes = ["bearer ", "basic "];
    public const string Url = "://";

    /// <summary>What codes that stand in for a second factor are called.</summary>
    public static readonly IReadOnlyList<string> Codes =
    [
        "recovery code",
        "recovery_code",
        "recovery-code",
        "recoverycode",
        "backup code",
        "backup_code",
        "backup-code",
        "backupcode",
        "scratch code",
        "scratch_code",
    ];

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
    public static readonly IReadOnlyList<string> PromptSigns = ["\u327f", "\\u327f"];

    /// <summary>Those that announce secrets.</summary>
    public static readonly IReadOnlyList<string> Secret = [.. Names, .. Schemes, Url, .. Codes];

    /// <summary>Those that announce personal data and nothing else.</summary>
    public static readonly IReadOnlyList<string> Personal =
    [
        .. Homes,
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
