namespace Datacurve.Core.Redaction.Assigned;

/// <summary>What may stand before the quote of a string, of languages and of functions.</summary>
internal static class StringPrefix
{
    private static readonly string[] Prefixes =
    [
        "b",
        "r",
        "f",
        "u",
        "@",
        "R",
        "N",
        "r#",
        "Some(",
        "String::from(",
        "SecretString::from(",
        "QStringLiteral(",
        "QString(",
        "std::string(",
        "SecretStr(",
        "TEXT(",
        "L",
        "[]byte(",
        "$",
        "JSON.stringify(",
        "json.dumps(",
        "Secret(",
        "SecretString(",
        "SecretString::new(",
        "Secret::new(",
        "Sensitive(",
        "Buffer.from(",
        "new String(",
        "Cow::Borrowed(",
        "std::string_view(",
        "Redacted.make(",
        "Zeroizing::new(",
        "ConvertTo-SecureString ",
        "(ConvertTo-SecureString ",
        "ConvertTo-SecureString -String ",
        "(ConvertTo-SecureString -String ",
        "ConvertTo-SecureString -AsPlainText -Force ",
        "ConvertTo-SecureString -AsPlainText ",
    ];

    /// <summary>Whether a string stands here, also one that a function makes something else of.</summary>
    public static bool IsAt(ReadOnlySpan<char> text, int at) =>
        at < text.Length && (at = Skip(text, at)) < text.Length && text[at] is '"' or '\'';

    // b"…", @"…", Some("…"), []byte("…"), r#"…"#
    public static int Skip(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        foreach (var prefix in Prefixes)
            if (
                rest.Length > prefix.Length
                && rest.StartsWith(prefix)
                && rest[prefix.Length] is '"' or '\'' or '`'
            )
                return at + prefix.Length;
        return at;
    }
}
