namespace Datacurve.Tests.Redaction;

/// <summary>Settings, headers and addresses that hold a secret, for <see cref="ContextCorpusTests"/>.</summary>
internal static class SettingTemplates
{
    public const string Text = """
        DB_PASSWORD="{p}"
        DB_PASSWORD='{p}'
        export DB_PASSWORD={p}
        SECRET_KEY={w}
        SECRET_KEY="{w}"
        JWT_SECRET={w}
        jwt_secret: {w}
        SESSION_SECRET={w}
        APP_SECRET='{w}'
        DB_PASSWORD={w}
        db_password: {w}
        password = {w}
        MYSQL_ROOT_PASSWORD: {p}
        MYSQL_ROOT_PASSWORD: {w}
        POSTGRES_PASSWORD: "{p}"
        - POSTGRES_PASSWORD={p}
        - "REDIS_PASSWORD={p}"
        password: {p}
        password: '{p}'
        passwd: {p}
        secret: {k}
        api_key: {k}
        apiKey: {g}
        api-key: "{g}"
        API_KEY={g}
        API_TOKEN="{g}"
        HEROKU_API_KEY={g}
        CLIENT_SECRET={g}
        client_secret: {g}
        client_secret={g}&x=1
        token={g}
        X-Api-Key: {g}
        Authorization: Bearer {g}
        Authorization: Token {g}
        Authorization: Basic {b}
        Authorization: {k}
        Proxy-Authorization: Basic {b}
        authorization: ApiKey {k}
        authorization: bearer {k}
        X-Auth-Token: {k}
        X-Amz-Security-Token: {k}
        X-CSRF-Token: {k}
        X-GitHub-Token: {k}
        Set-Cookie: sessionid={k}; HttpOnly
        Cookie: PHPSESSID={k}; a=b
        Cookie: JSESSIONID={h}
        Cookie: _session={k}
        token: {k}
        id-token: {k}
        refresh-token: {k}
        spring.datasource.password={w}
        spring.mail.password: {p}
        quarkus.datasource.password={p}
        connectionString="Server=h;Database=x;User Id=sa;Password={p};"
        "DefaultConnection": "Server=h;Database=x;User Id=sa;Password={p};TrustServerCertificate=True"
        Server=h;Uid=root;Pwd={p};
        Data Source=h;User ID=sa;Password={p}
        Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={s}=
        HostName=x.azure-devices.net;DeviceId=d;SharedAccessKey={s}=
        InstrumentationKey={g};IngestionEndpoint=x
        amqp://u:{u}@h:5672/v
        amqps://u:{u}@h/v
        ldap://cn=admin:{u}@h
        smtp://u:{u}@smtp.x.io:587
        smtps://a%40b.io:{u}@smtp.x.io
        redis://default:{u}@h:6379/0
        rediss://:{u}@h:6380
        postgres://u:{u}@h/db
        mysql://root:{u}@h:3306/x
        mysql+pymysql://root:{u}@h/x
        mongodb+srv://u:{u}@c.mongodb.net/x
        clickhouse://default:{u}@h:9000/x
        kafka://u:{u}@h:9092
        nats://u:{u}@h:4222
        mqtt://u:{u}@h
        sftp://bob:{u}@h/x
        https://bob:{u}@h/x
        https://{k}@github.com/a/b.git
        https://x-access-token:{k}@github.com/a/b
        https://oauth2:{k}@gitlab.com/a/b
        https://{k}:x-oauth-basic@github.com/a/b
        socks5://u:{u}@h:1080
        jdbc:mysql://h/x?user=u&password={u}
        jdbc:postgresql://h/x?user=u&password={u}&ssl=true
        jdbc:sqlserver://h:1433;database=x;user=u;password={p}
        jdbc:oracle:thin:u/{u}@h:1521:x
        https://x.io/cb?code=a&access_token={k}
        https://x.io/?token={k}
        https://x.io/?key={k}
        https://b.s3.amazonaws.com/k?X-Amz-Signature={h}
        machine api.x.io login bob password {p}
        default login bob password {p}
        db.x.io:5432:app:bob:{p}
        *:*:*:bob:{p}
        //npm.corp.io/:_authToken={k}
        _auth={b}
        npmAuthToken: "{k}"
        password = {k}
        <server><id>x</id><username>u</username><password>{p}</password></server>
        <add key="ClearTextPassword" value="{p}" />
        <add key="ApiKey" value="{k}" />
        <add name="x" connectionString="Server=h;User Id=u;Password={p}" />
        <property name="password">{p}</property>
        <property name="hibernate.connection.password" value="{p}"/>
        <entry key="password" value="{p}"/>
        <string name="api_key">{k}</string>
        <key>password</key><string>{p}</string>
        <input type="password" name="password" value="{p}">
        <Password>{p}</Password>
        <apiKey>{k}</apiKey>
        <wsse:Password>{p}</wsse:Password>
        {"auths":{"r.io":{"auth":"{b}"}}}
        "auth": "{b}",
        "identitytoken": "{k}"
        ansible_password: {p}
        ansible_become_pass: "{p}"
        wpa_psk={p}
        wifi_password: {p}
        masterauth {p}
        rootpw {p}
        olcRootPW: {p}
        bindpw {p}
        bind_password = {p}
        smtp_password = "{p}"
        $CFG['dbpass'] = '{p}';
        $cfg['Servers'][1]['password'] = '{p}';
        'password' => '{p}',
        'secret' => env('X_SECRET', '{k}'),
        password=>'{p}'
        enable secret {p}
        enable password {p}
        username bob password 0 {p}
        username bob secret {p}
        snmp-server community {p} RO
        set system root-authentication plain-text-password {p}
        pre-shared-key {p}
        crypto isakmp key {p} address 1.2.3.4
        PrivateKey = {s}=
        PresharedKey = {s}=
        password is {p}
        The password is: {p}
        Your password is {p}
        Pass: {p}
        user/pass: bob/{p}
        credentials: bob:{p}
        temporary password: {p}
        Generated password: {p}
        Root password: {p}
        API key: {k}
        Access token: {k}
        secret key: {k}
        Token: {k}
        Passcode: {p}
        passphrase: {p}
        Passphrase "{p}"
        MNEMONIC="{m}"
        SEED_PHRASE={m}
        mnemonic: {m}
        seed phrase: {m}
        PRIVATE_KEY=0x{h}
        private_key = "{h}"
        "privateKey": "0x{h}"
        app.api.key={k}
        stripe.secret.key: {g}
        MASTER_KEY={g}
        service account key: {k}
        public string ApiKey { get; set; } = "{k}";
        variable "db_password" { default = "{p}" }
        &quot;password&quot;:&quot;{p}&quot;
        %22password%22%3A%22{u}%22
        the password was set to {p}
        apiKey?: string = "{k}"
        "api_token" : [ "{k}" ]
        token=[{k}]
        password: !vault {p}
        vercel env add API_TOKEN {k}
        aws ssm put-parameter --name DB_PASSWORD --value {p} --type SecureString
        reg add HKCU /v ApiKey /d {k}
        newscatcher_key = {k}
        {\"admin password\": \"{p}\"}
        """;
}
