namespace Datacurve.Core.Redaction.Pem;

/// <summary>Beginnings and ends of base64 that tell what a line is of.</summary>
internal static class PemEnds
{
    private const int BlockChars = 8;
    private static readonly string[] PictureStarts =
    [
        "R0lGOD",
        "iVBORw0KGgo",
        "/9j/4AAQSk",
        "UEsDBB",
        "JVBERi0",
    ];

    private static readonly string[] PictureEnds = ["ASUVORK5CYII=", "JRU5ErkJggg==", "lFTkSuQmCC", "ADs="];

    // Of RSA with 1024 to 4096 bits, of P-256, P-384 and P-521, Ed25519 and X25519.
    private static readonly string[] PublicStarts =
    [
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GN",
        "MIIBIjANBgkqhkiG9w0BAQEFAAOC",
        "MIIBojANBgkqhkiG9w0BAQEFAAOC",
        "MIICIjANBgkqhkiG9w0BAQEFAAOC",
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
        "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE",
        "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQ",
        "MCowBQYDK2VwAyEA",
        "MCowBQYDK2VuAyEA",
    ];

    private static readonly string[] OpenSshEnds =
    [
        "AQI=",
        "AQIDBA==",
        "AQIDBAU=",
        "AQIDBAUGBw==",
        "BAg==",
        "BAgM=",
        "BAgMEBQ==",
        "BAgMEBQY=",
        "ECAw==",
        "ECAwQ=",
        "ECAwQFBg==",
        "ECAwQFBgc=",
        "AQIDBAUG",
        "BAgMEBQYH",
        "ECAwQF",
    ];

    /// <summary>Whether it begins a GIF, PNG, JPEG, PDF or archive, or ends a PNG or GIF.</summary>
    public static bool IsPicture(ReadOnlySpan<char> body)
    {
        foreach (var start in PictureStarts)
            if (body.StartsWith(start))
                return true;
        foreach (var end in PictureEnds)
            if (body.EndsWith(end))
                return true;
        return false;
    }

    /// <summary>Whether it begins a public key (<c>SubjectPublicKeyInfo</c>).</summary>
    public static bool IsPublicKey(ReadOnlySpan<char> body)
    {
        foreach (var start in PublicStarts)
            if (body.StartsWith(start))
                return true;
        return false;
    }

    /// <summary>Whether it ends in 1, 2, 3 and so on, as OpenSSH fills the last block.</summary>
    public static bool IsOfOpenSsh(ReadOnlySpan<char> body)
    {
        if (body.Length == BlockChars && body.EndsWith("AQ=="))
            return true;

        // Of a comment that ends with three bytes of four; names of columns end so too, but have no digit.
        if (body.Length >= 2 * BlockChars && body.EndsWith("AQID") && body.ContainsAnyInRange('0', '9'))
            return true;
        foreach (var end in OpenSshEnds)
            if (body.EndsWith(end) || end.EndsWith(body, StringComparison.Ordinal))
                return true;
        return false;
    }
}
