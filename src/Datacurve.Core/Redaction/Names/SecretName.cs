using System.Buffers;

namespace Datacurve.Core.Redaction.Names;

/// <summary>What a name says about its value.</summary>
internal enum NameKind
{
    None,

    /// <summary>A token or key: machines make it, so it looks random.</summary>
    Key,

    /// <summary>Some key, of a cache or a map as likely as of a service.</summary>
    AnyKey,

    /// <summary>A password: people choose it, so it may look like anything.</summary>
    Password,
}

/// <summary>Judges the names of variables, members, headers, options and columns.</summary>
internal static class SecretName
{
    private const int CharsMax = 64;
    private const int TailsMax = 4;

    private static readonly string[] QualifiedParts =
    [
        "_API_KEY_",
        "_SECRET_KEY_",
        "_ACCESS_KEY_",
        "_CLIENT_SECRET_",
        "_API_TOKEN_",
        "_AUTH_TOKEN_",
        "_ACCESS_TOKEN_",
    ];

    private static readonly SearchValues<char> Separators = SearchValues.Create("_-. $");

    /// <summary>Judges a name; of a dotted one the last part counts.</summary>
    public static NameKind KindOf(ReadOnlySpan<char> name)
    {
        Span<char> buffer = stackalloc char[CharsMax];
        name = LastPart(name);
        var endsInPass = EndsInWordPass(name) || EndsInWordPw(name);
        var plain = Plain(name, buffer);
        if (EndsInAny(plain, HarmlessNames.Words))
            return NameKind.None;
        if (plain.EndsWith("primarykey") || plain.EndsWith("secondarykey"))
            return NameKind.AnyKey;
        if (endsInPass || EndsInAny(plain, NameWords.Passwords))
            return NameKind.Password;
        if (
            IsVendorsKey(plain)
            || name.EndsWith("_KEY")
            || EndsInAny(plain, NameWords.Keys) && !IsPartOfWord(name, plain)
        )
            return NameKind.Key;
        if (IsHeaderKey(name) || name.StartsWith("TF_TOKEN_") || plain is "skey")
            return NameKind.Key;
        return EndsInWordKey(name) || IsQualified(name) ? NameKind.AnyKey : NameKind.None;
    }

    private static bool IsVendorsKey(ReadOnlySpan<char> plain) =>
        plain.EndsWith("key") && EndsInAny(plain[..^3], VendorNames.All);

    private static bool EndsInWordKey(ReadOnlySpan<char> name) =>
        name.EndsWith("key", StringComparison.OrdinalIgnoreCase)
        && (
            name.Length == 3
            || name[^4] is '_' or '-'
            || name[^3] == 'K' && (char.IsAsciiLetterLower(name[^4]) || char.IsAsciiDigit(name[^4]))
        );

    // STRIPE_API_KEY_MARKETPLACE: whose it is may stand behind it.
    private static bool IsQualified(ReadOnlySpan<char> name)
    {
        foreach (var part in QualifiedParts)
            if (name.Contains(part, StringComparison.Ordinal))
                return true;
        return false;
    }

    // X-Query-Key
    private static bool IsHeaderKey(ReadOnlySpan<char> name) =>
        name.StartsWith("x-", StringComparison.OrdinalIgnoreCase)
        && name.EndsWith("-key", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the name of a key is such that even a UUID is one.</summary>
    public static bool IsStrong(ReadOnlySpan<char> name)
    {
        Span<char> buffer = stackalloc char[CharsMax];
        var plain = Plain(LastPart(name), buffer);
        return (IsVendorsKey(plain) || EndsInAny(plain, NameWords.Strong))
            && !EndsInAny(plain, NameWords.Weak);
    }

    /// <summary>Whether the name says <c>secret</c>, which people choose as they do passwords.</summary>
    public static bool IsSecret(ReadOnlySpan<char> name) =>
        IsStrong(name) && name.Contains("secret", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether what frameworks draw with many signs stands behind such a name.</summary>
    public static bool MayBeNoise(ReadOnlySpan<char> name)
    {
        Span<char> buffer = stackalloc char[CharsMax];
        return EndsInAny(Plain(LastPart(name), buffer), NameWords.Noisy);
    }

    private static ReadOnlySpan<char> LastPart(ReadOnlySpan<char> name)
    {
        var dot = name.LastIndexOf('.');

        // app.api.key.prod, app.password.2
        if (dot > 0 && IsInstance(name[(dot + 1)..]))
        {
            name = name[..dot];
            dot = name.LastIndexOf('.');
        }

        if (name.EndsWith(".key.base", StringComparison.OrdinalIgnoreCase))
            return name.Length > CharsMax ? name[^CharsMax..] : name;

        // app.api.key
        if (dot > 0 && name[(dot + 1)..].Equals("key", StringComparison.OrdinalIgnoreCase))
            dot = name[..dot].LastIndexOf('.');
        if (dot >= 0 && dot < name.Length - 1)
            name = name[(dot + 1)..];
        return name.Length > CharsMax ? name[^CharsMax..] : name;
    }

    /// <summary>
    /// Whether a word or number tells one of several of a name: <c>prod</c>, <c>old</c>, <c>2</c>.
    /// </summary>
    public static bool IsInstance(ReadOnlySpan<char> part)
    {
        if (part.Length == 1 && char.IsAsciiDigit(part[0]))
            return true;
        foreach (var word in NameTails.Instances)
            if (part.Equals(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    // Lower case, without separators, numbers and what stands behind the thing that it names.
    private static ReadOnlySpan<char> Plain(ReadOnlySpan<char> name, Span<char> buffer)
    {
        var length = 0;
        foreach (var c in name)
            if (!Separators.Contains(c))
                buffer[length++] = (char)(c | 0x20);
        ReadOnlySpan<char> plain = buffer[..length];
        for (var tails = 0; tails < TailsMax; tails++)
            plain = WithoutNumber(WithoutTail(plain));
        return plain;
    }

    // token2, token_v2
    private static ReadOnlySpan<char> WithoutNumber(ReadOnlySpan<char> plain)
    {
        var name = plain.TrimEnd("0123456789");
        return name.Length < plain.Length && name.EndsWith('v') ? name[..^1] : name;
    }

    // "pat", "sid", "auth" and the like only as a word of their own.
    private static bool IsPartOfWord(ReadOnlySpan<char> name, ReadOnlySpan<char> plain) =>
        (plain.EndsWith("pat") || plain.EndsWith("sid") || plain.EndsWith("salt") || plain.EndsWith("dsn"))
        && plain.Length is > 3 and < 6
        && !name.ContainsAny(Separators);

    private static bool EndsInWordPass(ReadOnlySpan<char> name)
    {
        name = name.TrimEnd("0123456789_");
        if (!name.EndsWith("pass", StringComparison.OrdinalIgnoreCase))
            return false;
        if (name.Length == 4)
            return true;
        return Separators.Contains(name[^5]) || (name[^4] == 'P' && char.IsAsciiLetterLower(name[^5]));
    }

    private static bool EndsInWordPw(ReadOnlySpan<char> name) =>
        name.EndsWith("pw", StringComparison.OrdinalIgnoreCase)
        && (
            name.Length == 2
            || Separators.Contains(name[^3])
            || name[^2] == 'P' && char.IsAsciiLetterLower(name[^3])
        );

    private static ReadOnlySpan<char> WithoutTail(ReadOnlySpan<char> plain)
    {
        foreach (var tail in NameTails.Words)
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
