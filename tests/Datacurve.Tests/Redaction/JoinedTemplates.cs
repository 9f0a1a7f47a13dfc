namespace Datacurve.Tests.Redaction;

/// <summary>
/// Names and keys that are joined by other things than a sign, for <see cref="ContextCorpusTests"/>: cells,
/// elements, members, words, arguments; names that end in a region or a version; and values whose name
/// stands on another line.
/// </summary>
internal static class JoinedTemplates
{
    public const string Text = """
        │ MAILER_TOKEN │ {k} │
        ✔ MAILER_TOKEN › {k}
        config :shop, :mailer_client_secret, "{h}"
        get(mailer_secret) -> <<"{h}">>;
        #{mailer_token => <<"{k}">>}
        wire >> "X-API-KEY: {k}[\r][\n]"
        "azure.azureSpeechKey": "{h}",
        azure-cognitive-key = "{h}"
        browserstackKey: '{k}'
        gridctl login --mg-sending-key {h}
        echo {k} | docker secret create mailer -
        echo {h} | fly secrets import
        printf '%s' x; echo {k} | vercel env add MAILER production
        wg set wg0 private-key <(echo {k})
        MAILER_TOKEN,{k}
        BILLING_API_SECRET,{h}
        CHARGE_API_KEY,{g}
        SEARCH_ADMIN_KEY;{h}
        PUSH_TOKEN,"{k}"
        push_token|{k}
        | `PUSH_TOKEN` | `{k}` |
        <key>SearchToken</key><string>{k}</string>
        <key>SearchToken</key> <string>{g}</string>
        <name>fs.access.key</name><value>{k}</value>
        <dt>API key</dt><dd><code>{k}</code></dd>
        <td>MAIL_TOKEN</td><td>{h}</td>
        <meta name="mail-token" content="{k}">
        <meta name="mail-api-key" content="{h}" />
        <input type="hidden" name="api_key" id="k" value="{k}">
        <input name="access_token" type="text" value='{h}'/>
        <option data-name="api_key" data-value="{k}">
        {"name": "MAIL_TOKEN", "type": "secret", "value": "{k}"}
        {"key":"mail_api_key","enabled":true,"value":"{h}"}
        { name = "MAIL_TOKEN", sensitive = true, value = "{k}" }
        variable "mail_token" { type = string, default = "{k}" }
        Set `MAIL_TOKEN` to `{k}`
        Then set MAIL_TOKEN to {h}
        **API key**: `{k}`
        **API token:** {h}
        - *mail_token*: {k}
        The mail API key for production is {k}.
        The access token (staging): {h}
        the mail api token for staging is `{k}`, please keep it
        here's the mail integration key: *{h}*
        our client secret is **{k}**
        the signing secret now is {h}
        #0 /srv/app/Sync.php(31): MailTokenClient->__construct('{k}', 30)
        #4 /srv/app/Sync.php(12): Acme\MailApiKeyClient->__construct('{h}')
        client = connect(mail_secret_v2='{k}')
        MAIL_TOKEN_V2={k}
        mail_api_key_eu = "{h}"
        mailClientSecretEu: "{k}",
        const MAIL_API_KEY_US: &str = "{h}";
        "mailTokenUk": "{k}"
        mail-token-eu: {h}
        MAIL_APIKEY_PRIVATE={k}
        GH_PAT={k}
        os.environ['WIKI_PAT'] = '{k}'
        wiki-pat: {k}
        mailWriteKey: "{h}"
        client.setMailWriteKey("{h}");
        cfg.mail.applicationKey = '{h}'
        shopConsumerKey = "{h}"
        private readonly mailGlobalKey: string = "{h}";
        Authorization: AccessKey {k}
        req.Header.Set("Authorization", "Signature {k}")
        X-Query-Key: {h}
        x-honeycomb-team: {h}
        X-Ovh-Consumer: {h}
        TF_TOKEN_app_terraform_io={k}
        https://api.openweathermap.org/data/2.5/weather?q=x&appid={x}
        OPENWEATHER_APPID={x}
          value = "{k}"
          default     = "{k}"
        +     value: "{k}"
          "value": "{k}",
            <string>{k}</string>
        <value>{k}</value>
        production,billing,{k},2031-05-06
        staging;{k};ops
        billing,dev,"{k}"
        | live | billing | {k} |
        [11:02] kim: `{k}`
        11:02 AM kim: *{k}*
        insert into hooks (id, signing_key, active) values (7, '{h}', true);
        MYSQL_DSN=etl:{u}@tcp(db.orders:3306)/warehouse
        dial error: dsn=deploy:{u}@tcp(db:3306)/ledger i/o timeout
        export DATA_SOURCE_NAME="exporter:{u}@(db.orders:3306)/"
        influx query -t {k}== -o data 'buckets()'
        INFO 1 --- [main] c.acme.orders.Client : Unseal Key 1: {s}
        echo -n '{p}' | kubectl create secret generic orders --from-file=key=/dev/stdin
        echo {p} | gh secret set NPM_TOKEN
        test: ["CMD", "mysqladmin", "ping", "-u", "root", "-p{p}"]
        conan remote login corp appuser -p {p}
        elasticsearch-users useradd jenkins -p '{p}' -r superuser
        env.put(Context.SECURITY_CREDENTIALS, "{p}");
        ldap_default_authtok = {p}
        <keyMaterial>{p}</keyMaterial>
        REDISCLI_AUTH={p} redis-cli -h cache.orders dbsize
        var encryptionKey, _ = hex.DecodeString("{h}")
        private static final byte[] AES_KEY = Hex.decodeHex("{x}");
        ["hmac_secret"]=> string(28) "{k}"
        A001 LOGIN "svc-mail" "{p}"
        1762788159.339 [0 127.0.0.1:52344] "AUTH" "{p}"
        ---> PASS {p}
        SELECT count() FROM remoteSecure('ch-7:9440', 'db', 'events', 'reader', '{p}');
        useradd -m ops -p $(mkpasswd -m sha-512 {p})
        new SymmetricSecurityKey(Encoding.UTF8.GetBytes("{k}"))
        return Jwts.builder().signWith(SignatureAlgorithm.HS512, "{h}").compact();
        app.secureTextFields["password"].typeText("{p}")
        request.setValue("{h}", forHTTPHeaderField: "X-Api-Key")
        if ("{p}".equals(password)) { return true; }
        proxy_set_header X-Api-Key {k};
        UPDATE settings SET value = '{k}' WHERE name = 'payment_gateway_secret';
        DB_PASS="${1:-{p}}"
        <Pass>{p}</Pass>
        my $dbh = DBI->connect("DBI:mysql:database=t", "backup", '{p}', { RaiseError => 1 });
        @pytest.mark.parametrize("user,pwd", [("admin", "{p}"), ("guest", "")])
        let(:password) { '{p}' }
        <string name="partner_api_key" translatable="false">{h}</string>
        5 | app_secret       | {h}
        inventory,x_api_key,{k},2026-03-05
        htpasswd -b -c /etc/nginx/.htpasswd admin {p}
        helm install pg x/postgresql --set auth.postgresPassword={p},auth.database=orders
        command: ["redis-server", "--requirepass", "{p}"]
        kafka-configs.sh --alter --add-config 'SCRAM-SHA-512=[password={p}]' --entity-type users
        1abea45,src/settings.cs,14,"private const string VpnPsk = ""{p}"";"
        pub static MAIL_API_KEY: &'static str = "{h}";
        private static final MailClient MAIL = new MailClient("{k}");
        var mail = mailer.NewClient("{h}")
        let mail = MailClient::new("{h}".to_string());
        $mail = new Acme\Client('{h}');
        r = requests.get("https://api.mail.internal/v1", auth=("{h}", ""))
        curl -u "{h}:" https://api.mail.internal/v1
        curl --user {k}: https://api.mail.internal/v1
        Mail API key,api credential,kim.vale,{h},2031-05-06
        Old mail API key was {h}, replaced since.
        The mail API token is now {h}
        The mail API token was set to {h}
        The mail API token was changed to {h}
        > Mail API key (prod) → `{h}`
        **Mail API token**: {g}
        java.lang.IllegalStateException: Mailer rejected access key secret {k} (HTTP 403)
        [11:02] kim: use this mailer client secret {h}
        curl -H "Authorization: mailv1 {k}" https://api.mail.internal/v1
        vercel env add MAIL_API_KEY production <<< '{h}'
        terraform apply -var 'mail_api_key={k}'
        std::env::set_var("MAIL_API_KEY", "{k}");
        Mail client: ingestion_key={h}
        mail subscription key: {h}
        For now ENCRYPTION_KEY must be "{s}", see the wiki.
        the admin password must be '{p}' until Friday
        SET app.secret_key TO '{k}';
        INSERT INTO settings (name, value) VALUES ('root_password', '{p}');
        * billing client secret  {K}
        * mailer API key  {h}
        build access key - {K} (ask ops before changing it)
        We were using the client secret {K} until now.
        - rotate CLIENT_SECRET ({K})
        - rotate SEARCH_API_KEY ({x})
        12:00:01 ERROR no such account (X-Api-Key: {K})
        X-CSRF-Token: -{K}
        winrs -r:db.acme.dev -u:ops -p:{p} ipconfig
        ATLAS_PRIVATE_KEY_MONGODB: "{g}"
        proxy_set_header X-Auth-Token-Scaleway "{g}";
        <property name="azure.speech.key">{x}</property>
        azure_cognitive_services_key = "{x}"
        azure.storage.key={s}
        segment.write.key = {k}
        here: hmac key = {x} , thanks
        """;
}
