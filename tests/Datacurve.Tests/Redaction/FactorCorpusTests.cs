using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Second factors and the keys of wallets, where people and programs write them.</summary>
public sealed class FactorCorpusTests(ITestOutputHelper output)
{
    private const int Seed = 72;
    private const int Rounds = 20;
    private const string Small = "abcdefghijklmnopqrstuvwxyz";
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    // {r} is a code of recovery, {o} the secret of one-time passwords, {e} a key of an account of Ethereum,
    // {m} the words of a wallet.
    private static readonly string[] Forms =
    [
        "Recovery codes: {r}",
        "Your recovery codes: 1. {r}  2. 9a41c07b",
        "  \"recovery_codes\": [\"{r}\"],",
        "+  backup_codes: ['{r}', 'f00d4a11']",
        "{\"out\":\"Backup codes:\\n{r}\\n1da5-90c7\\n\"}",
        "RECOVERY_CODE={r}",
        "const backupCodes = [\"{r}\"];",
        "TOTP secret: {o}",
        "  totp = pyotp.TOTP('{o}')",
        "oathtool --totp -b {o}",
        "MFA setup key: {o}",
        "  \"otp\": \"{o}\",",
        "otpauth://totp/acme:kim?issuer=acme&digits=6&secret={o}",
        "const wallet = new ethers.Wallet('{e}', provider)",
        "acct = Account.from_key(\"{e}\")",
        "      accounts: ['{e}'],",
        "cast send x --private-key {e}",
        "const account = privateKeyToAccount('{e}')",
        "seed phrase: {m}",
        "MNEMONIC=\"{m}\"",
        "+wallet: '{m}'",
        "  mnemonic: \"{m}\",",
    ];

    [Fact]
    public void Of_second_factors_and_keys_of_wallets_99_of_100_are_found()
    {
        var planted = new Planted(Seed);
        var random = new Random(Seed);
        var redactor = Planted.NewRedactor();
        var (total, misses) = (0, new List<string>());
        foreach (var form in Forms)
            for (var round = 0; round < Rounds; round++)
            {
                var secret = form switch
                {
                    _ when form.Contains("{r}") => random.Next(2) == 0
                        ? planted.Hex(8)
                        : $"{planted.Of(Small + "0123456789", 4)}{random.Next(10)}-{planted.Hex(5)}",
                    _ when form.Contains("{o}") => planted.Of(Base32, 32),
                    _ when form.Contains("{e}") => "0x" + planted.Hex(64),
                    _ => string.Join(' ', Enumerable.Range(0, 12).Select(_ => planted.Of(Small, 5))),
                };
                if (!secret.Any(char.IsAsciiDigit) && !secret.Contains(' '))
                    continue;
                total++;
                var text = form;
                foreach (var sign in "roem")
                    text = text.Replace($"{{{sign}}}", secret);
                var redacted = redactor.Redact(text, redactor.NewReport());
                if (redacted.Contains(secret, StringComparison.Ordinal))
                    misses.Add(text);
                Assert.Equal(redacted, redactor.Redact(redacted, redactor.NewReport()));
            }
        output.WriteLine($"seed {Seed}: {total} planted, {misses.Count} missed");
        misses.ForEach(output.WriteLine);
        Assert.True(misses.Count * 100 <= total, string.Join('\n', misses.Take(20)));
    }

    [Theory]
    [InlineData("Remove the backup code path (a1b2c3d4e)")]
    [InlineData("the backup code uses 0x1234abcd and r12345678")]
    [InlineData("// recovery code: see handle_fault_2024 and 2024-11-28")]
    [InlineData("recovery_codes = generate_recovery_codes(10)")]
    [InlineData("OTP_ALPHABET = \"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567\"")]
    [InlineData("export const MFA_PREFERENCES = VERIFICATIONMETHODS;")]
    [InlineData("hotplug: footprint 2fa of THUNDERBOLTCONTROLLER")]
    [InlineData("seed the random generator: numbers repeat only when same value starts every test again")]
    [InlineData("wallet (see docs)")]
    [InlineData("contract: 0x5fbdb2315678afecb367f032d93f642f64180aa3")]
    public void What_stands_beside_such_words_stays(string line)
    {
        var redactor = Planted.NewRedactor(personalData: false);
        Assert.Equal(line, redactor.Redact(line, redactor.NewReport()));
    }
}
