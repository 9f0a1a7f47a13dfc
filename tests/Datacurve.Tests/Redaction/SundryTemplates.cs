namespace Datacurve.Tests.Redaction;

/// <summary>
/// What tools, servers and frameworks take that no other list has: options that hold user and password,
/// addresses by which anybody may start something, prompts in other scripts, for
/// <see cref="ContextCorpusTests"/>.
/// </summary>
internal static class SundryTemplates
{
    public const string Text = """
        encrypt = "{s}x7Q="
        server { encrypt = "{s}x7Q=" }
        {"encrypt": "{s}x7Q=", "server": true}
        serf agent -encrypt={s}x7Q=
        encrypt        = "{s}x7Q="
        consul keyring -install={s}x7Q=
        nomad operator gossip keyring install {s}x7Q=
        gobuster dir -u https://relay.test -U kim -P {u}
        drush user:password kim '{p}'
        mc admin user add local kim {u}
        SELECT encrypt('aes-256-gcm', x, '{K}')
        SELECT hmac('payload', '{u}', 'sha256')
        set vpn ipsec pre-shared-secret {u}
        Jelszó: {p}
        şifre: {p}
        Şifre: {p}
        nonceSalt: '{s}',
        azureOpenaiKey: '{x}',
        Palavra-passe: {p}
        consul agent -encrypt "{s}x7Q=" -server
        BUNDLE_GEMS__canyon__IO: "kim:{u}"
        allow admin:{u}
        $USER4$={p}  # db password
        'crypt' => [ 'key' => '{x}' ],
        set system root-authentication plain-text-password-value {u}
        <AdministratorPassword><Value>{p}</Value><PlainText>true</PlainText></AdministratorPassword>
        <Password><Value>{p}</Value></Password>
        {"ovpn":"-----BEGIN OpenVPN Static key V1-----\n{x}\n{x}\n-----END OpenVPN Static key V1-----\n"}
            key: "{s}x7Q="
        chisel client --auth kim:{u} relay.test R:socks
        wstunnel client --http-auth=kim:{u} ws://relay.test
        gost --creds "kim:{u}" -L :8080
        ss-local -s relay.test -p 8388 -k '{p}' -m aes-256-gcm
        sslocal -s relay.test:8388 -k {u} -m aes-256-gcm
        openfortivpn relay.test:443 -u kim -p {u}
        hydra -l kim -p {u} ssh://relay.test
        grafana-cli admin reset-admin-password {p}
        grafana cli admin reset-admin-password --user-id 1 '{p}'
        node-red admin set-password {u}
        User.objects.create_superuser("admin", "a@b.io", "{p}")
        User.objects.create_superuser('admin', 'a@b.io', password='{p}')
        'auth': ('kim', '{p}'),
        "auth": ("kim", "{p}"),
        'auth' => ['kim', '{p}'],
        builder.Password("{p}")
        options.Passphrase("{p}")
        SELECT pgp_sym_decrypt(data, '{u}') FROM notes;
        SELECT pgp_sym_encrypt('a text', '{u}');
        UPDATE t SET x = AES_ENCRYPT(x, '{u}');
        SELECT DecryptByPassPhrase('{u}', x) FROM t
        write(5, "AUTH {u}\r\n", 20) = 20
        密码：{p}
        パスワード: {p}
        Пароль: {p}
        비밀번호: {p}
        Passord: {p}
        lösenord: {p}
        adgangskode={p}
        salasana: {p}
        "parola": "{p}",
        HEALTHCHECK_URL=https://hc-ping.com/{g}
        curl -fsS https://ping.ohdear.app/{g}
        curl https://status.test/api/push/{k}
        curl https://uptime.betterstack.com/api/v1/heartbeat/{k}
        VERCEL_DEPLOY_HOOK=https://api.vercel.com/v1/integrations/deploy/prj_pebble/{u}
        RENDER_DEPLOY_HOOK=https://api.render.com/deploy/srv-c19abc?key={u}
        curl -X POST https://api.netlify.com/build_hooks/{x}
        ZAPIER_HOOK=https://hooks.zapier.com/hooks/catch/26/{u}
        WEB3_PROVIDER=https://mainnet.infura.io/v3/{x}
        rpc: "https://rpc.ankr.com/eth/{x}"
        url = "https://old-fox.quiknode.pro/{h}/"
        PASS oauth:{l}
        RELEASE_COOKIE={c}
        RABBITMQ_ERLANG_COOKIE: {c}
        --rabbitmq-erlang-cookie "{c}"
        releaseCookie: '{c}',
        AZURE_STORAGE_SAS_SIG={k}%2BQm%3D
        azureStorageSasSig: "{k}%2BQm%3D",
          define: { __API_TOKEN__: JSON.stringify('{k}') },
          'process.env.API_KEY': JSON.stringify("{x}"),
        @Value("${billing.ingestion.key:{k}}")
        @Value("${secret.key.base:{x}}")
        app.project.key={x}
        407,API_SECRET,/{s}9x==,prod,2031-05-06
        private readonly descopeManagementKey = '{k}';
        private readonly maptilerKey = '{k}';
        static let fernetKey = "{k}"
        client = Client("AC{x}", "{x}")
        algoliasearch('PEBBLE', '{x}') // admin
        bash <(curl -s https://codecov.io/bash) -t {g}
        API_TOKEN ?= {k}
        - prod `AZURE_DEVOPS_EXT_PAT` is `{d}`
        ffmpeg -re -i in.mp4 -f flv rtmp://a.rtmp.youtube.com/live2/{y}
        youtube_stream_key={y}
        private readonly youtubeStreamKey = '{y}';
        curl "https://pebble.azurewebsites.net/api/Ingest?code={f}"
        """;
}
