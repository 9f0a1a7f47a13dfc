using System.Buffers;

namespace Datacurve.Core.Redaction;

/// <summary>What a name says about its value.</summary>
internal enum NameKind
{
    None,

    /// <summary>A token or key: machines make it, so it looks random.</summary>
    Key,

    /// <summary>A password: people choose it, so it may look like anything.</summary>
    Password,
}

/// <summary>Judges the names of variables, members, headers, options and columns.</summary>
internal static class SecretName
{
    private const int CharsMax = 64;

    private static readonly string[] Passwords =
    [
        "password",
        "passwd",
        "passwort",
        "passphrase",
        "passcode",
        "pwd",
        "psk",
        "requirepass",
        "masterauth",
        "dbpw",
        "userpw",
        "passw",
        "sshpass",
        "dbpass",
        "userpass",
        "adminpass",
        "rootpass",
        "mysqlpass",
        "smtppass",
        "mailpass",
        "ftppass",
    ];

    private static readonly string[] Keys =
    [
        "secret",
        "token",
        "apikey",
        "accesskey",
        "privatekey",
        "secretkey",
        "signingkey",
        "encryptionkey",
        "accountkey",
        "storagekey",
        "masterkey",
        "authkey",
        "appkey",
        "applicationkey",
        "servicekey",
        "licensekey",
        "sessionkey",
        "cryptkey",
        "encryptkey",
        "sharedkey",
        "clientkey",
        "hmackey",
        "jwtkey",
        "aeskey",
        "adminkey",
        "writekey",
        "readkey",
        "deploykey",
        "subscriptionkey",
        "consumerkey",
        "integrationkey",
        "routingkey",
        "ingestkey",
        "publishkey",
        "subscribekey",
        "serverkey",
        "restkey",
        "accesskeyid",
        "credential",
        "credentials",
        "authorization",
        "auth",
        "salt",
        "secretkeybase",
        "sessionid",
        "sessid",
        "signature",
        "apitoken",
        "pat",
        "accesssecret",
        "webhookurl",
        "webhook",
        "fernetkey",
        "datakey",
        "rootkey",
        "teamkey",
        "projectkey",
        "userkey",
        "orgkey",
        "functionkey",
        "hostkey",
        "mapskey",
        "stripekey",
        "openaikey",
        "licencekey",
        "securitykey",
        "httpkey",
        "xapikey",
        "dsn",
        "sid",
        "passkey",
        "cookiesecret",
        "cookie",
        "sessioncookie",
        "idtoken",
        "jwt",
        "bearer",
    ];

    // Endings in common with the above that name something else.
    private static readonly string[] Harmless =
    [
        "publickey",
        "publickeytoken",
        "pubkey",
        "primarykey",
        "foreignkey",
        "cachekey",
        "partitionkey",
        "sortkey",
        "nexttoken",
        "pagetoken",
        "nextpagetoken",
        "continuationtoken",
        "cancellationtoken",
        "synctoken",
        "endtoken",
        "eostoken",
        "bostoken",
        "padtoken",
        "unktoken",
        "septoken",
        "clstoken",
        "masktoken",
        "tokentype",
        "bypass",
        "compass",
        "surpass",
        "encompass",
        "oldpwd",
        "hidden",
        "idempotencykey",
        "starttoken",
        "stoptoken",
        "pagingtoken",
        "cursortoken",
        "resumetoken",
        "bundlekey",
        "groupkey",
        "objectkey",
        "lookupkey",
        "rowkey",
        "hashkey",
        "rangekey",
        "basalt",
    ];

    private static readonly string[] Tails =
    [
        "value",
        "val",
        "prod",
        "production",
        "dev",
        "test",
        "testing",
        "staging",
        "stage",
        "live",
        "env",
        "str",
        "string",
        "text",
        "plain",
        "plaintext",
        "raw",
        "default",
        "old",
        "new",
        "current",
        "b64",
        "base64",
        "encoded",
        "main",
        "primary",
        "secondary",
        "confirm",
        "confirmation",
        "again",
        "repeat",
    ];

    private static readonly SearchValues<char> Separators = SearchValues.Create("_-. $");

    /// <summary>Judges a name; of a dotted one the last part counts.</summary>
    public static NameKind KindOf(ReadOnlySpan<char> name)
    {
        Span<char> buffer = stackalloc char[CharsMax];
        var dot = name.LastIndexOf('.');
        if (dot >= 0 && dot < name.Length - 1)
            name = name[(dot + 1)..];
        if (name.Length > CharsMax)
            name = name[^CharsMax..];
        var endsInPass = EndsInWordPass(name) || name.Equals("pw", StringComparison.OrdinalIgnoreCase);
        var length = 0;
        foreach (var c in name)
            if (!Separators.Contains(c))
                buffer[length++] = (char)(c | 0x20);
        ReadOnlySpan<char> plain = buffer[..length];
        plain = WithoutTail(plain.TrimEnd("0123456789"));
        if (EndsInAny(plain, Harmless))
            return NameKind.None;
        if (endsInPass || EndsInAny(plain, Passwords))
            return NameKind.Password;
        return EndsInAny(plain, Keys) && !IsShortWord(plain) ? NameKind.Key : NameKind.None;
    }

    // "pat", "sid", "auth" and the like only as a word of their own.
    private static bool IsShortWord(ReadOnlySpan<char> plain) =>
        (plain.EndsWith("pat") || plain.EndsWith("sid") || plain.EndsWith("salt") || plain.EndsWith("dsn"))
        && plain.Length is > 3 and < 6;

    private static bool EndsInWordPass(ReadOnlySpan<char> name)
    {
        name = name.TrimEnd("0123456789_");
        if (!name.EndsWith("pass", StringComparison.OrdinalIgnoreCase))
            return false;
        if (name.Length == 4)
            return true;
        return Separators.Contains(name[^5]) || (name[^4] == 'P' && char.IsAsciiLetterLower(name[^5]));
    }

    private static ReadOnlySpan<char> WithoutTail(ReadOnlySpan<char> plain)
    {
        foreach (var tail in Tails)
            if (plain.Length > tail.Length + 2 && plain.EndsWith(tail))
                return plain[..^tail.Length];
        return plain;
    }

    private static bool EndsInAny(ReadOnlySpan<char> plain, string[] endings)
    {
        foreach (var ending in endings)
            if (plain.EndsWith(ending))
                return true;
        return false;
    }
}
