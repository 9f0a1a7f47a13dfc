namespace Datacurve.Core.Redaction;

/// <summary>The words that make the detectors which are code look at a line.</summary>
internal static class ContextWords
{
    /// <summary>Parts of names whose values are secrets.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "passw",
        "passphrase",
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
        "pass\"",
        "pass'",
        "pass>",
        "pwd",
        "psk=",
        "requirepass",
        "masterauth",
        "pw=",
        "pw:",
        "pw\"",
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
        "_auth",
        "\"auth\"",
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
    ];

    public static readonly IReadOnlyList<string> Schemes = ["bearer ", "basic "];
    public const string Url = "://";

    /// <summary>Folders of which each belongs to a person.</summary>
    public static readonly IReadOnlyList<string> Homes = ["/home/", "/users/", "\\users\\", "\\\\users"];

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
    ];

    public static readonly IReadOnlyList<string> All = [.. Names, .. Schemes, Url, .. Homes, .. People];
}
