using Datacurve.Tests.Redaction;

namespace Datacurve.Tests.EndToEnd;

/// <summary>Secrets of ten kinds, made at run time.</summary>
internal sealed record TenSecrets
{
    public required string Token { get; init; }
    public required string Password { get; init; }
    public required string Email { get; init; }
    public required string User { get; init; }

    /// <summary>One line that holds those of a form of their own.</summary>
    public required string Sentence { get; init; }

    /// <summary>Lines as in a file of settings, with a private key among them.</summary>
    public required string Block { get; init; }

    /// <summary>What must be found nowhere, with the name of its kind.</summary>
    public required IReadOnlyList<(string Kind, string Needle)> Needles { get; init; }

    public static TenSecrets Of(int seed)
    {
        const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var planted = new Planted(seed);
        var token = planted.GitHubToken();
        var password = planted.Password() + planted.Alphanumeric(6);
        var email = "jane." + planted.Of("bcdfghklmnpr", 7) + "@" + planted.Of("bcdfghklmnpr", 9) + ".io";
        var user = planted.Of("bcdfghklmnpr", 9);
        var aws = "AKIA" + planted.Of("ABCDEFGHIJKLMNOP234567", 16);
        var slack =
            "xoxb-"
            + planted.Of("123456789", 12)
            + "-"
            + planted.Of("123456789", 13)
            + "-"
            + planted.Alphanumeric(24);
        var stripe = "sk_" + "live_" + planted.Alphanumeric(24);
        var google = "AIza" + planted.Alphanumeric(35);
        var npm = "npm_" + planted.Alphanumeric(36);
        string[] key = [.. Enumerable.Range(0, 6).Select(_ => planted.Of(Base64, 64))];
        return new TenSecrets
        {
            Token = token,
            Password = password,
            Email = email,
            User = user,
            Sentence = $"{aws} {slack} {stripe} {google} {npm} {token} {email}",
            Block =
                $"DB_PASSWORD={password}\nurl: postgres://app:{password}@db.internal/app\nAWS={aws}\n"
                + $"SLACK={slack}\n-----BEGIN RSA PRIVATE KEY-----\n{string.Join('\n', key)}\n"
                + $"-----END RSA PRIVATE KEY-----\nhome=/home/{user}/calc\nMAIL={email}\n",
            Needles =
            [
                ("GitHub token", token),
                ("password", password),
                ("address", email),
                ("user", user),
                ("AWS key", aws),
                ("Slack token", slack),
                ("Stripe key", stripe),
                ("Google key", google),
                ("npm token", npm),
                .. key.Select(line => ("private key", line)),
            ],
        };
    }
}
