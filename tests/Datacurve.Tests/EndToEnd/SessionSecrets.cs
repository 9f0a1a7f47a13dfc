using Datacurve.Tests.Redaction;

namespace Datacurve.Tests.EndToEnd;

/// <summary>
/// Secrets of ten kinds and more, made anew at each run so that none stands in the sources; each as a
/// developer would type it, and with the part that must be found nowhere.
/// </summary>
/// <param name="Kind">What it is, for messages.</param>
/// <param name="Line">A line of text around it, without a single quote or a line break.</param>
/// <param name="Secret">What must not be kept.</param>
internal sealed record SessionSecret(string Kind, string Line, string Secret)
{
    /// <param name="seed">The same gives the same secrets.</param>
    public static IReadOnlyList<SessionSecret> Make(int seed)
    {
        var random = new Planted(seed);
        var (token, key) = (random.GitHubToken(), random.Of(Base64, 64));
        var (url, env, bearer) = (Word(random, 18), Word(random, 20), Word(random, 40));
        var (sql, cloud, user) = (Word(random, 18), random.Of(Base64, 40), Name(random, 11));
        var mail = $"{Name(random, 8)}.{Name(random, 9)}@{Name(random, 9)}-works.io";
        var (jwt, card, host) = (Jwt(random), Card(random), Address(random));
        return
        [
            new("provider token", $"export GITHUB_TOKEN={token}", token),
            new("private key", PrivateKey(random, key), key),
            new("URL credentials", $"git remote add up https://deploy:{url}@git.works.io/a.git", url),
            new("password of a .env", $"DB_PASSWORD={env}", env),
            new("JWT", $"session token is {jwt}", jwt[^30..]),
            new(
                "bearer of a header",
                $"curl -H \"Authorization: Bearer {bearer}\" https://a.works.io/",
                bearer
            ),
            new("connection string", $"Server=db.works.io;Database=app;User Id=sa;Password={sql};", sql),
            new("e-mail", $"write to {mail} about it", mail),
            new("credit card", $"card number {card}", card),
            new("home folder's user", $"see /home/{user}/logs/app.log", user),
            new("IP address", $"host {host} refused the connection", host),
            new("cloud secret", $"AWS_SECRET_ACCESS_KEY={cloud}", cloud),
        ];
    }

    private const string Base64 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>Letters of both cases and digits, as tokens have them.</summary>
    private static string Word(Planted random, int length) => random.Of(Base64, length);

    private static string Name(Planted random, int length) => random.Of("abcdefghijklmnopqrstuvwxyz", length);

    /// <summary>A key in one line, as <c>printf %b</c> takes it, with a given line in its midst.</summary>
    private static string PrivateKey(Planted random, string line) =>
        string.Join(
            "\\n",
            "-----BEGIN EC PRIVATE " + "KEY-----",
            $"MHcCAQEEI{random.Of(Base64, 55)}",
            line,
            $"{random.Of(Base64, 34)}==",
            "-----END EC PRIVATE " + "KEY-----"
        );

    private static string Jwt(Planted random) =>
        $"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI{random.Of(Base64, 40)}.{random.Of(Base64, 43)}";

    /// <summary>A number that passes the check of card numbers.</summary>
    private static string Card(Planted random)
    {
        var digits = "4539" + random.Of("0123456789", 11);
        var sum = digits
            .Reverse()
            .Select((digit, index) => (digit - '0') * (index % 2 == 0 ? 2 : 1))
            .Sum(value => value > 9 ? value - 9 : value);
        return $"{digits}{(10 - (sum % 10)) % 10}";
    }

    private static string Address(Planted random) =>
        $"8{random.Of("123456789", 1)}.1{random.Of("0123456789", 2)}.{random.Of("23456789", 2)}.{random.Of("23456789", 2)}";
}
