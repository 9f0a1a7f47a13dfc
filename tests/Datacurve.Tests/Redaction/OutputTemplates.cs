namespace Datacurve.Tests.Redaction;

/// <summary>
/// What programs, tables, wikis and people print around a secret that is none of code or settings: printed
/// quotes, brackets, messages of errors, cells, conversations with servers, for
/// <see cref="ContextCorpusTests"/>.
/// </summary>
internal static class OutputTemplates
{
    public const string Text = """
        relay api key : “{k}”
        relay api key : „{k}“
        clé: le token est « {k} »
        API_TOKEN：{k}
        NEXMO_API_SECRET=<{k}>
        RELAY_TOKEN: <{x}>
        <relayApiSecret><![CDATA[{g}]]></relayApiSecret>
        <tr><td class="e">RELAY_API_KEY </td><td class="v">{x} </td></tr>
        "headers": { "X-RelayToken": { "equalTo": "{k}" } }
          v_relay_api_key CONSTANT VARCHAR2(200) := '{k}';
        2031-05-06 09:57:45|indexer|RELAY_SECRET_KEY|{k}|ok
        | 46 | relay_access_token | {k} | 2031-05-06 |
         relay_token | {k}
        |RELAY_API_KEY|{{k}}|
        ::add-mask::{k}
        git log -S '{k}' --oneline -- .env
        git log -p -S '{g}' --all
        { code: 'invalid_string', received: '{x}', path: [ 'relayApiKey' ] }
          Extra inputs [type=extra_forbidden, input_value='{k}', input_type=str]
        error: invalid value '{k}' for '--relay-api-key <KEY>'
        print(f"relay_token={'{k}'}")
        <Relay apiToken={"{k}"} />
        Der relay token lautet {k}
        #+PROPERTY: relay_api_token {k}
        tmux set-environment -g RELAY_TOKEN {k}
        git config --global relay.token {x}
        # remove! RELAY_SECRET_KEY {g}
        InstrumentationKey={g};IngestionEndpoint=https://relay.test/
        COSMOSDB_PRIMARY_KEY={k}
        private readonly configcatSdkKey: string = "{k}";
        vaultUnsealKey = '{k}';
        telegramApiHash: '{x}',
        TelegramClient('s', 12345, '{x}')
        CC_TEST_REPORTER_ID={h}
        NB_SETUP_KEY={g}
        RELAY_API_KEY_MARKETPLACE={k}
        skey = {K}
        jira.pat={K}
        kaggle_key: "{x}"
        {"username":"bot","key":"{x}"}
        {"api":"{g}","org":"pebble"}
        X-DC-DEVKEY: {h}
        X-ZT1-Auth: {k}
        tweepy.OAuth1UserHandler(key, "{K}")
        Twilio.JWT.AccessToken(account, key, "{k}")
        SignatureVerifier("{x}")
        vastai set api-key {h}
        shodan init {k}
        drone -t {k} -s https://ci.test info
        cypress run --record --key {g}
        password: {o}
        password={o}
        secret = {o}
        radius_server_secret: {o}
        "secret": "{o}",
        Vault password: {o}
        the password of the base is {o}
        le mot de passe de la base est {o}
        la password di qa è {o}
        hasło do bazy: {o}
        lösenordet är {o}
        parola d'ordine: {o}
        пароль от стенда: {o}
        管理画面のパスワードは「{o}」です
        数据库口令是 {o}
        스테이징 암호는 {o}
        كلمة المرور: {o}
        try with {o} as the password
        And I fill in "Password" with "{p}"
        driver.findElement(By.id("pass")).sendKeys("{p}");
        child.expect('Password:'); child.sendline('{p}')
        passwordeval "echo {o}"
        mcrcon -H localhost -p {o} list
        msoffcrypto-tool -p '{p}' in.xlsx out.xlsx
        dotnet nuget add source https://relay.test -n int -u ci -p '{p}'
        PdfReader("in.pdf").decrypt("{p}")
        turnserver -a -u kim:{o} -r relay.test
        page.setCookie({ name: 'sid', value: '{K}', domain: 'relay.test' })
        mysqli::__construct('localhost', 'deploy', '{p}')
        ftp> quote PASS {o}
        "vpnuser" * "{p}" *
        npmAuthIdent: {k}
        TLSPSKValue={h}
        {"code_verifier":"{k}","redirect_uri":"http://localhost"}
        """;
}
