namespace Datacurve.Core.Redaction.Values;

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
        package plugin extension component components element link text_field textbox
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
        palavra frase code codes identifier identifiers timestamp timestamptz unchanged deprecated inherited
        lowercase uppercase alphanumeric combination combinations
        """;

    // Of these types, members and files are called; people may well choose one of them.
    private const string CodeText = """
        about abstract accept access action actions active activity actor adapter add address agent
        alert align alpha animation answer any api app application area async await back background
        bar base batch begin bind binding bit blob block blue body bold border bottom bound bounds box
        branch browser build builder bundle button bypass byte cache call caller cap card cell center
        chain change channel chart child children chunk circle cli clean click clip clone close code
        collection color colour column command comment common commit compare compile compiler complete
        compute concat condition connect connection connections console constant constants consumer
        container content contents context control controller convert converter cookie cookies copy
        core count counter cpu current cursor cut data dataset date day debug decode decoder def
        delegate deploy deployment descriptor design detail details detect device diff dim direct
        dispatch dispatcher display div dns document dom domain done down download draw driver drop
        dump dynamic edge edit editor email emit empty encode encoder encoding end endpoint engine
        entity entries enum epoch escape event events exception exec execute executor exists exit
        export expression extra extract factory feature fetch fill filter final find finder flag flags
        flat flow flush fold font footer foreground format formatter found frame framework front full
        gateway get global grade grant graph grid guard handle handler handlers head header headers
        height helper helpers hex high history home hook hooks host icon ids image images impl import
        index info init initial inline inner insert instance instances int interface internal invoke
        item items iter iterator job join json kind lang language last layer layout lazy leaf left
        length level lib library life lifetime light limit limits line linear lines link links linux
        list listener lists load loader loading locale location lock locked log logger logging logic
        loop low machine macro mail main make man map mapper mapping margin mark max media member memory
        menu merge meta metadata method metric metrics middle middleware min mobile mode model models
        modified mount mouse move multi mutable mutex namespace native nav net network node nodes
        notification notify num obj objects observer off offset online open operation operator order
        origin other outer overlay owner pack package packet pad padding page pages pair panel parent
        parse parser part partial parts patch path paths pattern payload phone pixel pipeline plan
        platform point pointer pool popup port position post power prefix prev preview primary
        primitive print priority process processor producer profile profiles program progress project
        promise props provider providers proxy pub pull push quality query queue quick quit range rate
        ratio raw record records rect ref reference refresh region register registry relation release
        remap render renderer repo report repository res reset resolve resolver resource resources
        rest result results resume retry return right role roles roll route router row rows run runner
        runtime safe scale scan schedule scheduler schema scope scroll search section segment select
        selected selector self semantic sequence serial serialize serializer services setup shadow
        shape share shared sheet shell side sign signal signature simple single site size slice slot
        small socket software sort source space span spec split stack stage standard start state
        states static stats status step stop stream style sub subject submit subscription success
        suffix sum summary super support switch symbol sync syntax tab table tag tags target task tasks
        template term terminal theme thread threads throw time timeout timer title toggle tool toolbar
        tools top topic total touch trace track transaction transfer transform transport tree trigger
        trim try tuple turn unicode unique unit unix unlock update upgrade upload uri url usage usb
        util utils uuid var vector vendor version vertical video visitor visual void volume wait walk
        wallet watch watcher web wide widget width win window windows wire wizard word words work worker
        workers workspace world wrap wrapper xml yaml zone zoom
        """;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> All = SetOf(Text);

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> OfCode = SetOf(CodeText);

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

    /// <summary>Whether types and members are called by such a word, as well as by the others.</summary>
    public static bool IsOfCode(ReadOnlySpan<char> word) => OfCode.Contains(word);

    private static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> SetOf(string words) =>
        words
            .Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a word ends as many of programs do: in what it is, or in what it does.</summary>
    public static bool EndsInOne(ReadOnlySpan<char> word)
    {
        foreach (var ending in Endings)
            if (word.EndsWith(ending))
                return true;
        return false;
    }
}
