namespace Datacurve.Tests.Redaction;

/// <summary>
/// Settings of servers that have no sign before a password, commands, comparisons and sentences in several
/// languages, for <see cref="ContextCorpusTests"/>.
/// </summary>
internal static class ServerTemplates
{
    public const string Text = """
            user bob password {p}
          user bob insecure-password {p}
          stats auth bob:{p}
        smtp_sasl_password_maps = static:bob:{p}
        [mail.example.org]:587 bob:{p}
        remotepass = {p}
        mysqli.default_pw = {p}
        h.example %any : PSK "{p}"
        bob : XAUTH "{p}"
        : RSA gateway.key "{p}"
        IPSec secret {p}
        Xauth password {p}
        "bob" l2tpd "{p}" *
          ppp chap password 0 {p}
          neighbor 192.0.2.7 password 7 {p}
        radius-server host 192.0.2.7 key {p}
        rwcommunity {p} 192.0.2.0/24
        com2sec monitor default {p}
        user bob on >{p} ~* +@all
        sentinel auth-pass main {p}
        session.save_path = "tcp://cache:6379?auth={u}"
        <machineKey validationKey="{h}" validation="SHA1" />
        <machineKey validation="SHA1" decryptionKey="{h}" />
        bob:{SHA}{s}
        olcRootPW: {SSHA}{s}
        <password>{{s}}</password>
        SMTP_PASSWORD;{p};2024-05-01
        "db_secret";"{k}";7
        smtp.password,{p},2024-05-01
        payments.hmac.key={k}
        net rpc share list -U bob%{p} -S h
        smbclient //h/s -U bob%'{p}'
        radtest bob {p} 192.0.2.7 0 x
        radtest bob x 192.0.2.7 0 {p}
        kadmin.local -q "addprinc -pw {u} bob"
        ktpass -mapuser bob -pass {p} -out k
        echo {p} | kinit bob
        (echo {p}; sleep 1) | smbpasswd -s
        openssl enc -aes-256-cbc -in a -k {u}
        openssl rsa -in k -passin pass:"{p}"
        sc config spooler obj= bob password= {p}
        snmpget -v3 -u bob -A x -X {p} 192.0.2.7
        snmpbulkwalk -v2c -c {p} 192.0.2.7
        redis-cli -p 6380 AUTH '{p}'
        nsupdate -y hmac-sha256:k:{s}
        curl -b "lang=de; app_session={k}" https://h.example
        if ($password eq '{p}') {
        if ($Password -eq '{p}') { exit }
        if (password.equals("{p}")) {
        if (strcmp(password, "{p}") == 0)
        api_key: String::from("{k}"),
        auto password = QStringLiteral("{p}");
        let p = std::env::var("DB_PASSWORD").unwrap_or("{p}".into());
        viper.SetDefault("db.password", "{p}")
        await page.fill('#password', '{p}');
        fill_in 'Password', with: '{p}'
        store.load(in, "{u}".toCharArray());
        credentials += Credentials("Nexus", "h", "bob", "{p}")
        cache:auth("{p}")
        headers = {"Cookie": "connect.sid={h}; theme=dark"}
        req.Header.Set("Cookie", "connect.sid={h}; theme=dark")
        | **db_password** | {p} |
        mot de passe : {p}
        Das Kennwort lautet {p}
        hasło: {p}
        пароль: {p}
        log in as user bob, password {p}
        the passphrase for the key is "{p}"
        use access token {h} until noon
        the proxy wants basic auth: svc-app:{p}
        it has basic auth svc-app / {p}
        please log in as bob / {p}
        you can login with admin / {p}
        master_password: "" => "{p}"
        aws_db_instance.main: password: "{k}" => "{p}"
        guest:{PLAIN}{u}:5000:5000::/var/mail
        user("admin", "{noop}{u}", "ROLE_ADMIN")
        "bearer": { "packages.internal": "{k}" },
        <apikeys><add key="https://packages.internal" value="{k}" /></apikeys>
        node.override['db']['password']['main'] = '{u}'
        -setcookie {k}
        SELECT count() FROM mysql('db:3306', 'shop', 'events', 'reader', '{p}');
        lv_db_password TYPE string VALUE '{u}'.
        register => svc:{u}@sip/200
        BUNDLE_GEMS__INTERNAL__NET: "{k}"
        client.connect("esp", "sensor", "{u}");
        signing { useInMemoryPgpKeys(System.getenv("SIGNING"), "{u}") }
        rds.Credentials.fromPassword("app", SecretValue.unsafePlainText("{k}"))
        val archivePassphrase by extra("{k}")
        (def mail-password (or (env :mail-password) "{u}"))
        password = coalesce(var.db_password, "{u}")
        assert_eq!(creds.secret.expose_secret(), "{k}");
        assertThat(props.getPassword()).isEqualTo("{u}");
        subtle.ConstantTimeCompare([]byte(got), []byte("{k}"))
        postgresql://worker:{k}@db.example.com/shop
        MAIL_PASSWORD = ENV["MAIL_PASSWORD"]? || "{p}"
        http-request set-header X-Auth-Token {k}
        {pool, [{size, 50}, {password, "{p}"}]}
        Const MAIL_PASSWORD As String = "{p}"
        #define kAppSecret @"{k}"
        auth_password: { inline_string: "{p}" }
        networking.wireless.networks."attic".psk = "{k}";
        auth.key <- "{k}"
        db.changeUserPassword("report", "{p}")
        ACL SETUSER app on >{u} ~* +@all
            Key Content            : {u}
        set pass "{u}"
        send "{u}\r"
        /msg NickServ IDENTIFY {u}
        SecretID:         {g}
        Someone asked to reset your password: https://app.internal/reset/{k}
        password = "old" -> "{u}"
        generated random password is '{k}'
        etcdctl --user root:{u} get / --prefix
        --control-plane --certificate-key {h}
        API_TOKEN={+{k}+}
        machine smtp login app password "{u}"
        """;
}
