namespace Datacurve.Core.Redaction.Values;

/// <summary>
/// Values that stand for a secret without being one: those of documentation, of tests that say so, and
/// defaults that everybody knows.
/// </summary>
internal static class Examples
{
    private const int PeriodMax = 8;

    private static readonly string[] Marks =
    [
        "example",
        "changeme",
        "change_me",
        "change-me",
        "placeholder",
        "your",
        "dummy",
        "sample",
        "redacted",
        "xxxx",
        "****",
        "....",
        "insert",
        "replace",
        "fake",
        "foobar",
        "notreal",
        "not-real",
        "not_real",
        "not-a-",
        "not_a_",
        "todo",
        "fixme",
        "my-secret",
        "mysecret",
        "my_secret",
        "mypass",
        "my-pass",
        "my_pass",
        "secretkey",
        "secret-key",
        "secret_key",
        "password",
        "passwd",
        "passphrase",
        "undefined",
        "test-key",
        "test_key",
        "testkey",
        "test-token",
        "test_token",
        "testtoken",
        "testpass",
        "test-pass",
        "test_pass",
        "testsecret",
        "test-secret",
        "test_secret",
        "deadbeef",
        "lorem",
        "00000000",
        "11111111",
        "aaaaaa",
        "changeit",
        "keyboard cat",
        "**sops**",
    ];

    // Of a password these are examples only where there is little else.
    private static readonly string[] Rows = ["012345", "123456", "abcdef", "abc123", "qwerty", "asdf"];

    // From the standard's text and pages that everybody copies from.
    private static readonly string[] ExampleUuids =
    [
        "550e8400-e29b",
        "123e4567-e89b",
        "f47ac10b-58cc",
        "6ba7b81",
        "f81d4fae-7dec",
        "12345678-",
        "01234567-",
        "deadbeef-",
    ];

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "pass",
        "secret",
        "token",
        "test",
        "tests",
        "testing",
        "admin",
        "administrator",
        "root",
        "user",
        "username",
        "guest",
        "default",
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "mongo",
        "mongodb",
        "redis",
        "rabbitmq",
        "minio",
        "minioadmin",
        "null",
        "none",
        "nil",
        "true",
        "false",
        "string",
        "str",
        "text",
        "value",
        "empty",
        "hidden",
        "masked",
        "unset",
        "optional",
        "required",
        "foo",
        "bar",
        "baz",
        "demo",
        "letmein",
        "welcome",
        "hello",
        "world",
        "pw",
        "pwd",
        "key",
        "auth",
        "basic",
        "bearer",
        "hash",
        "bytes",
        "object",
        "number",
        "boolean",
        "integer",
        "local",
        "localhost",
        "docker",
        "vagrant",
        "ubuntu",
        "sa",
        "dev",
        "prompt",
        "login",
        "credentials",
        "correct",
        "wrong",
        "invalid",
        "incorrect",
        "super",
        "supersecret",
        "topsecret",
        "anonymous",
        "github",
        "gitlab",
        "secretsmanager",
        "keyring",
        "stdin",
        "anoncvs",
        "sha",
        "md",
        "bcrypt",
        "pbkdf2",
        "sha2crypt",
        "argon2",
        "argon2id",
        "public",
        "private",
        "int",
        "uint",
        "utf8string",
        "float",
        "char",
        "xyzzy",
        "name",
        "path",
        "env",
        "file",
        "passwort",
        "kennwort",
        "kata_sandi",
        "katasandi",
        "mot_de_passe",
        "motdepasse",
        "contrasena",
        "contrasenya",
        "senha",
        "haslo",
        "heslo",
        "wachtwoord",
        "parola",
        "salasana",
        "adgangskode",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> WordLookup =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether the value is only an example of one.</summary>
    public static bool IsExample(ReadOnlySpan<char> value)
    {
        if (value.Length == 0 || Placeholder.IsIn(value))
            return true;
        if (ChosenPassword.IsWalk(value))
            return false;
        if (IsRepetitive(value) || SecretValue.IsUuid(value) && IsExampleUuid(value))
            return true;

        // In what is long and random, a few letters in a row are chance.
        if (value.Length <= 24 || Values.Words.AreMost(value))
        {
            foreach (var mark in Marks)
                if (value.Contains(mark, StringComparison.OrdinalIgnoreCase))
                    return true;
            if (HasExampleMark(value))
                return true;
            foreach (var row in Rows)
                if (row.Length * 3 >= value.Length && value.Contains(row, StringComparison.OrdinalIgnoreCase))
                    return true;
        }
        else if (HasExampleMark(value))
            return true;
        var word = value.Trim("0123456789!@#$%^&*_-.?");
        return word.Length == 0 ? value.Length < 8
            : word is "hunter" ? value is "hunter" or "hunter2"
            : word.Length <= 16 && value.Length - word.Length <= TailMax(word) && WordLookup.Contains(word);
    }

    // What people greet with they also take with a number behind it.
    private static int TailMax(ReadOnlySpan<char> word) =>
        word is "letmein" or "welcome" or "hello" or "super" ? 1 : 4;

    /// <summary>For tokens whose form alone says what they are: only a clear mark makes an example.</summary>
    public static bool HasExampleMark(ReadOnlySpan<char> value) =>
        value.Contains("EXAMPLE", StringComparison.OrdinalIgnoreCase)
        || value.Contains("xxxxxx", StringComparison.OrdinalIgnoreCase)
        || value.Contains("1234567890", StringComparison.Ordinal)
        || value.Contains("abcdefghij", StringComparison.OrdinalIgnoreCase)
        || value.Contains("mF_9.B5f-4.1JqM", StringComparison.Ordinal)
        || value.SequenceEqual("SplxlOBeZQQYbYS6WxSbIA")
        // The key of Azure's storage emulator, the same on every machine.
        || value.StartsWith("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1")
        || IsCounted(value)
        || value.Contains("123456789abc", StringComparison.OrdinalIgnoreCase)
        || value.Contains("abcd-efgh", StringComparison.OrdinalIgnoreCase)
        || value.EndsWith("...", StringComparison.Ordinal)
        || value.Contains("your", StringComparison.OrdinalIgnoreCase) && Values.Words.AreMost(value)
        || IsRepetitive(value);

    /// <summary>UUIDs of documentation, and those with the same digit throughout a part.</summary>
    public static bool IsExampleUuid(ReadOnlySpan<char> value)
    {
        foreach (var known in ExampleUuids)
            if (value.StartsWith(known, StringComparison.OrdinalIgnoreCase))
                return true;
        return value[..8].TrimStart(value[0]).IsEmpty || IsRepetitive(value[^12..]);
    }

    // 9999999999.thisIsNoToken
    private static bool IsCounted(ReadOnlySpan<char> value) =>
        value.Length > 8 && char.IsAsciiDigit(value[0]) && !value[..8].ContainsAnyExcept(value[0]);

    // Two or three different characters, however often.
    private static bool IsRepetitive(ReadOnlySpan<char> value)
    {
        if (value.Length < 6)
            return value.TrimStart(value[0]).IsEmpty;
        var (seen, different) = (UInt128.Zero, 0);
        foreach (var c in value)
        {
            var bit = UInt128.One << (c & 0x7f);
            different += (seen & bit) == 0 ? 1 : 0;
            seen |= bit;
        }
        return different <= 3 || IsPeriodic(value);
    }

    // The same few characters again and again, in capitals or not.
    private static bool IsPeriodic(ReadOnlySpan<char> value)
    {
        for (var period = 2; period <= PeriodMax && period * 3 <= value.Length; period++)
            if (value[period..].Equals(value[..^period], StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
