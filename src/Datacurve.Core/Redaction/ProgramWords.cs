namespace Datacurve.Core.Redaction;

/// <summary>
/// Words that programs put where a password may stand: of labels, messages, types and methods, and what a
/// password is called in other languages.
/// </summary>
internal static class ProgramWords
{
    private const string Text = """
        password passwords passwd passphrase passcode passkey pass pwd pin secret secrets token
        tokens key keys keystore truststore keyring keychain hash hashed salt auth authenticate
        authenticated authentication authenticator authorization authorize authorized authorizer
        login logon logout signin signup user users username usernames userid account accounts
        credential credentials identity admin administrator root guest owner member session sessions
        bearer basic digest oauth openid saml ldap kerberos ntlm gssapi sasl scram negotiate
        certificate certificates cert private public encrypted encryption encrypt decrypt decrypted
        decryption cipher ciphertext plaintext plain cleartext clear text string strings str bytes
        bytearray bytestring binary buffer char character characters varchar nvarchar boolean
        integer number numeric float double object array struct function callable callback optional
        required mandatory nullable undefined missing unknown invalid incorrect wrong illegal
        unauthorized forbidden denied refused rejected failed failure error errors warning expired
        expire expires disabled enabled enable disable changed change changes reset forgot forgotten
        forget remember recover recovery confirm confirmed confirmation confirmable verify verified
        verification verifier validate validated validation validator valid repeat again retype
        enter entered entry input inputs output prompt prompted field fields form forms label labels
        placeholder title description message messages help hint tooltip name names value values
        type types default defaults custom setting settings config configuration configure
        configured option options param params parameter parameters argument arguments property
        properties attribute attributes variable variables environment environ env system service
        server client host hostname database databases file files filename path directory folder
        current previous old new next first last same empty blank none null nil true false yes not
        set unset get put read write reader writer show hide hidden visible visibility masked mask
        sensitive secure security secured protected protect protection strong strength weak medium
        minimum maximum length short long must should can cannot please click here your you the this
        that and for with from are was has have will only use used using into than then when where
        which what who how why its his her our their there between least contain contains containing
        match matches matching provided provide provider specified specify specific generated
        generate random random_password temporary temporarily stored store storage manager
        management managed policy policies rule rules check checked checking update updated updating
        create created creating delete deleted remove removed save saved saving cancel submit send
        sent request requests requested requires response query method methods class classes module
        package plugin extension component components element button link text_field textbox
        text-box checkbox control group groups view views screen dialog modal test tests testing
        tested example examples sample demo mock dummy fake stub local remote production development
        staging internal external interactive noninteractive keyboard keyboards stdin stdout stderr
        something anything nothing whatever notasecret supersecret topsecret secretsmanager vault
        azurekeyvault keyvault passwordless unencrypted unhashed obfuscated encoded sha utf aes des
        rsa dsa md hmac bcrypt argon pbkdf scrypt crypt base ssl tls ssh http https smtp imap sql
        mysql postgres postgresql mongodb redis docker kubernetes ansible terraform azure google
        github gitlab facebook twitter linkedin microsoft amazon windows android iphone kennwort
        passwort lozinka heslo haslo parole parola senha contrasena contrasenya clave motdepasse
        wachtwoord losenord adgangskode passord salasana jelszo sifre parool palabra paso mot passe
        passwortwiederholen zugangsdaten benutzername utilisateur utilizador usuario sandi kata
        katasandi pasahitza slaptazodis lykilord pasvorto pasfhocal fjalekalimi geslo zaporka
        palavra frase code codes identifier identifiers timestamp unchanged deprecated inherited
        lowercase uppercase alphanumeric
        """;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> All = Text.Split(
            [' ', '\n', '\r'],
            StringSplitOptions.RemoveEmptyEntries
        )
        .ToHashSet(StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Endings =
    [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "credentials",
        "username",
        "string",
        "value",
        "field",
        "input",
        "label",
        "text",
        "name",
        "file",
        "hash",
        "type",
        "able",
        "ation",
        "ition",
        "ated",
        "ized",
        "less",
        "ness",
        "ment",
        "fully",
    ];

    public static bool Has(ReadOnlySpan<char> word) => All.Contains(word);

    /// <summary>Whether a word ends as many of programs do: in what it is, or in what it does.</summary>
    public static bool EndsInOne(ReadOnlySpan<char> word)
    {
        foreach (var ending in Endings)
            if (word.EndsWith(ending))
                return true;
        return false;
    }
}
