using System.Text;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Personal;

namespace Datacurve.Tests.Redaction;

/// <summary>
/// Passwords and keys that have no form of their own, where people write them: written from how tools and
/// languages take them, not from the detectors. In a template <c>{p}</c> is a password that a person chose,
/// <c>{u}</c> one for a URL, <c>{w}</c> one of words, <c>{k}</c> a key, <c>{K}</c> a long one, <c>{h}</c> one
/// in hex, <c>{s}</c> one in base64, <c>{x}</c> one of 128 bits in hex, <c>{g}</c> a UUID, <c>{b}</c> user
/// and password in base64, <c>{m}</c> the words of a wallet, <c>{c}</c> twenty capitals, <c>{d}</c> base32,
/// <c>{f}</c> a key of Azure's functions, <c>{l}</c> small letters and digits, <c>{y}</c> a key in fours,
/// <c>{o}</c> two words with numbers.
/// </summary>
public sealed class ContextCorpusTests(ITestOutputHelper output)
{
    private const int Seed = 46;
    private const int Rounds = 20;
    private static readonly string All =
        $"{Templates}\n{CommandTemplates.Text}\n{CodeTemplates.Text}\n"
        + $"{SettingTemplates.Text}\n{ServerTemplates.Text}\n{JoinedTemplates.Text}\n"
        + $"{AccountTemplates.Text}\n{SundryTemplates.Text}\n{OutputTemplates.Text}";

    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static readonly string[] Chosen =
    [
        "Summer",
        "Tiger",
        "Berlin",
        "blueHorse",
        "rocketCake",
        "greenLamp",
    ];

    [Fact]
    public void Of_passwords_and_keys_that_only_their_place_tells_99_of_100_are_found()
    {
        var planted = new Planted(Seed);
        var random = new Random(Seed);
        var redactor = Planted.NewRedactor();
        var (total, missed) = (0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        foreach (var template in All.Split('\n'))
            for (var round = 0; round < Rounds; round++)
            {
                var (line, secret) = Fill(template, planted, random);
                total++;
                if (redactor.Redact(line, redactor.NewReport()).Contains(secret, StringComparison.Ordinal))
                    missed[template] = missed.GetValueOrDefault(template) + 1;
            }
        var templates = total / Rounds;
        var recall = 1 - (double)missed.Values.Sum() / total;
        output.WriteLine($"seed {Seed}: {total} planted in {templates} ways, recall {recall:0.0000}");
        foreach (var (template, count) in missed)
            output.WriteLine($"missed {count} of {Rounds}: {template}");
        Assert.True(missed.Values.Sum() * 100 <= total, string.Join('\n', missed));
    }

    private static (string Line, string Secret) Fill(string template, Planted planted, Random random)
    {
        var at = template.IndexOf('{', StringComparison.Ordinal);
        while (template[at + 2] != '}' || !"pukKhsgwbmxcdflyo".Contains(template[at + 1]))
            at = template.IndexOf('{', at + 1);
        var kind = template[at..(at + 3)];
        var password = random.Next(3) switch
        {
            0 => Chosen[random.Next(Chosen.Length)]
                + random.Next(100, 2030)
                + (random.Next(2) == 0 ? "!" : ""),
            1 => planted.Password(),
            _ => "x" + random.Next(10, 99) + planted.Alphanumeric(10),
        };
        var secret = kind[1] switch
        {
            'p' => password,
            'u' => "u" + random.Next(10) + planted.Alphanumeric(12),
            'K' => planted.Alphanumeric(40),
            'h' => planted.Hex(40),
            'x' => planted.Hex(32),
            's' => planted.Of(Base64, 40),
            'g' => $"{planted.Hex(8)}-{planted.Hex(4)}-4{planted.Hex(3)}-a{planted.Hex(3)}-{planted.Hex(12)}",
            'w' => $"{planted.Of(Letters, 6)}-lamp-{random.Next(2, 99)}-{planted.Of(Letters, 5)}",
            'c' => planted.Of(Capitals, 20),
            'd' => planted.Of("abcdefghijklmnopqrstuvwxyz234567", 52),
            'f' => planted.Alphanumeric(44) + "AzFu" + planted.Alphanumeric(5) + "Q==",
            'l' => planted.Of(Letters + "0123456789", 30),
            'y' => string.Join(
                '-',
                Enumerable.Range(0, 5).Select(_ => planted.Of(Letters, 3) + random.Next(10))
            ),
            'o' => Numbered(planted, random),
            'm' => string.Join(' ', Enumerable.Range(0, 12).Select(_ => planted.Of(Letters, 5))),
            'b' => Convert.ToBase64String(Encoding.ASCII.GetBytes("user:" + password)),
            _ => "k" + random.Next(10) + planted.Alphanumeric(30),
        };
        return (template.Replace(kind, secret, StringComparison.Ordinal), secret);
    }

    // Two words with a number each: Fern12.otter345
    private static string Numbered(Planted planted, Random random) =>
        $"P{planted.Of(Letters, 5)}{random.Next(10, 9999)}{planted.Of("._-", 1)}{planted.Of(Letters, 5)}{random.Next(10, 100)}";

    private const string Templates = """
        mysql -h db1 -u root -p{p} prod < dump.sql
        mysqldump -u root --password={p} prod > x.sql
        MYSQL_PWD={p} mysql -u root
        PGPASSWORD={p} psql -h db -U app
        PGPASSWORD="{p}" pg_dump x
        psql "host=db user=app password={p} dbname=x"
        psql postgresql://app:{u}@10.2.3.4/prod
        redis-cli -h cache -a {p} ping
        redis://:{u}@cache.internal:6379/0
        amqp://svc:{u}@mq:5672/vhost
        mongodb+srv://admin:{u}@cluster0.ab1cd.mongodb.net/db?retryWrites=true
        mongosh "mongodb://localhost" -u admin -p {p}
        jdbc:mysql://db:3306/app?user=root&password={u}&useSSL=false
        jdbc:postgresql://db/app?user=app&password={u}
        jdbc:sqlserver://s:1433;databaseName=x;user=sa;password={p};encrypt=true
        Server=tcp:x.database.windows.net;Initial Catalog=db;User ID=app;Password={p};Encrypt=True;
        "ConnectionStrings": { "Default": "Host=db;Username=app;Password={p}" }
        DATABASE_URL=postgres://app:{u}@db/app
            url: jdbc:oracle:thin:scott/{u}@//db:1521/x
        sqlplus system/{u}@ORCL
        sqlcmd -S srv -U sa -P {p}
        curl -u admin:{p} https://ci.internal/job
        curl --user "deploy:{p}" -X POST https://x
        wget --user=a --password={p} https://x/f
        curl -H "X-Api-Key: {k}" https://x
        curl -H "Authorization: Bearer {k}" https://x
        curl -H 'Authorization: Token {k}' https://x
        > Authorization: Basic {b}
        http --auth admin:{p} GET https://x
        Cookie: session={k}; csrftoken={k}
        Set-Cookie: connect.sid={k}; Path=/; HttpOnly
        sshpass -p {p} ssh root@h
        sshpass -p'{p}' scp x y
        docker login -u ci -p {p} registry.internal
        echo {p} | docker login -u ci --password-stdin
        docker run -e POSTGRES_PASSWORD={p} postgres
        helm upgrade x ./c --set db.password={p}
        kubectl create secret generic db --from-literal=password={p}
        openssl pkcs12 -in a.p12 -passin pass:{p} -nodes
        unzip -P {p} a.zip
        7z x -p{p} a.7z
        ldapsearch -x -D cn=admin -w {p} -b dc=x
        smbclient //srv/share -U bob%{p}
        net use Z: \\srv\share /user:corp\bob {p}
        rabbitmqctl add_user svc {p}
        htpasswd -b .htpasswd bob {p}
        echo "root:{p}" | chpasswd
        echo {p} | sudo -S apt update
        mc alias set minio http://m:9000 admin {p}
        az login -u a@corp.io -p {p}
        twine upload -u __token__ -p {p} dist/*
        export DB_PASS={p}
        set SECRET_TOKEN={k}
        $env:API_KEY = "{k}"
        setx API_TOKEN {k}
        DB_PASSWORD={p}
        db_password: {p}
        password: "{p}"
        password = '{p}'
        spring.datasource.password={p}
        <password>{p}</password>
        <property name="password" value="{p}"/>
        PASSWORD="{p}"
        adminPassword = "{p}";
        let password = "{p}";
        private String dbPassword = "{p}";
        password := "{p}"
        "password" => "{p}",
        :password => "{p}"
        password: {p},
        user.setPassword("{p}");
        new NetworkCredential("svc", "{p}")
        login(username="a", password="{p}")
        passwd={p}
        smtp_pass={p}
        $db_pass = '{p}';
        define('DB_PASSWORD', '{p}');
        requirepass {p}
        GRANT ALL ON x.* TO u@h IDENTIFIED BY '{p}';
        ALTER USER app WITH PASSWORD '{p}';
        CREATE ROLE app LOGIN PASSWORD '{p}'
        machine api.x login bob password {p}
        db.internal:5432:app:bob:{p}
        //packages.internal/:_authToken={k}
        _auth = {b}
        machine github.com login x-oauth-basic password {k}
        ansible_ssh_pass={p}
        ansible_become_password: {p}
        psk="{p}"
        wpa_passphrase={p}
        {"auths":{"https://images.example.com/v1/":{"auth":"{b}"}}}
        secret_key_base: {h}
        JWT_SECRET={k}
        APP_KEY=base64:{k}
        "client_secret":"{k}"
        clientSecret: "{k}"
        client_secret={k}&grant_type=client_credentials
        access_token={k}
        "refresh_token": "{k}"
        api_key={k}
        apiKey: '{k}',
        "apikey": "{k}"
        x-api-key: {k}
        API-Key: {k}
        apikey {k}
        token {k}
        "token":"{k}"
        token = "{h}"
        auth_token: {h}
        encryption_key = {h}
        aws_secret_access_key = {k}
        AccountKey={k}
        consumer_secret="{k}"
        webhook_secret: {k}
        PrivateKey = {k}
        PresharedKey = {k}
        encrypted: password is {p}
        Password: {p}
        pw: {p}
        Enter password: {p}
        pass: {p}
        STRIPE_KEY={k}
        MAPS_KEY="{k}"
        user=bob pass={p}
        {"user":"bob","pass":"{p}"}
        {\"password\":\"{p}\"}
        password%3D{u}%26x
        ?password={u}&user=x
        --db-password={p}
        --token {k}
        --api-key "{k}"
        -Dpassword={p}
        -Ddb.password={p}
        /p:Password={p}
        {"name":"DB_PASSWORD","value":"{p}"}
          - name: API_TOKEN value: {k}
        """;
}
