namespace Datacurve.Tests.Redaction;

/// <summary>
/// Where passwords stand that people choose, for <see cref="PasswordCorpusTests"/>: <c>§</c> is the password.
/// </summary>
internal static class PasswordForms
{
    /// <summary>Where any password may stand, with blanks and signs of any kind.</summary>
    public const string Quoted = """
        password = "§"
        db_password: "§"
        admin_pwd: '§'
        "password": "§",
        {"user": "bob", "passphrase": "§", "port": 1}
        SMTP_PASSWORD="§"
        export LDAP_PASSWORD='§'
        + MAIL_PASSWORD='§'
        setx PGPASSWORD "§"
        $env:SQL_PASSWORD = "§"
        [Environment]::SetEnvironmentVariable("DB_PASS", "§", "User")
        ENV FTP_PASSWORD "§"
        <property name="password" value="§"/>
        <add key="SmtpPassword" value="§" />
        <user name="bob" password="§" roles="admin"/>
        <input type="password" name="pwd" id="field" value="§">
        $config['password'] = '§';
        'password' => '§',
        define('DB_PASSWORD', '§');
        const dbPassword = "§";
        const password = process.env.DB_PW || "§";
        private static final String DB_PASSWORD = "§";
        var cfg = new Config { Password = "§" };
        const DB_PASSWORD: &str = "§";
        std::string password{"§"};
        char *passwd = "§";
        #define WIFI_PASSWORD "§"
        def connect(host="h.example", passwd="§"):
        password: str = "§"
        if password == "§":
        os.getenv("DB_PASSWORD", "§")
        user.setPassword("§");
        new Container("db").withUsername("bob").withPassword("§");
        new NetworkCredential("bob", "§")
        requests.get(url, auth=("bob", "§"))
        DriverManager.getConnection(url, "bob", "§");
        odbc_connect('Driver={X};Server=h', 'bob', '§');
        pymysql.connect("db.corp.example", "bob", "§", "orders")
        new Sequelize("orders", "bob", "§", { dialect: "x" })
        gpg --batch --passphrase "§" -d x.gpg
        ssh-keygen -t ed25519 -N "§" -f k
        sshpass -p '§' ssh h
        mysql -u root --password="§" db
        docker login -u bob -p '§' r.example
        smbclient //h/s -U 'CORP\bob%§'
        kubectl create secret generic s --from-literal=password="§"
        plink -pw "§" bob@h
        nmcli dev wifi connect net password "§"
        ansible-vault encrypt_string '§' --name 'db_password'
        CREATE USER bob WITH PASSWORD '§';
        INSERT INTO users (name, password) VALUES ('bob', '§');
        UPDATE users SET password = '§' WHERE id = 1;
        psql "host=h user=bob password='§' dbname=d"
        variable "db_password" { default = "§" }
        contrasena = "§"
        {"password": {"value": "§"}}
        wpa-psk "§"
        SetEnv DB_PASSWORD "§"
        """;

    /// <summary>Where one stands without quotes, and so has no blank.</summary>
    public const string Bare = """
        DB_PASSWORD=§
        ENV DB_PASSWORD=§
        ENV DB_PASSWORD §
        - MYSQL_ROOT_PASSWORD=§
        MYSQL_ROOT_PASSWORD: §
        password=§
        password = §
        password: §   # changed in May
        spring.mail.password=§
        datasource: {username: bob, password: §}
        <password>§</password>
        <key>SmtpPassword</key><string>§</string>
        machine h.example login bob password §
        h.example:5432:orders:bob:§
        requirepass §
        bindpw §
        host=h user=bob password=§ dbname=d
        mysql_user: name=bob password=§ state=present
        jdbc:mariadb://h/d?user=bob&password=§&ssl=true
        "Server=h;Database=d;User Id=bob;Password=§;Encrypt=True"
        DRIVER={X};SERVER=h;UID=bob;PWD=§
        curl -su bob:§ https://h.example/
        curl -d "login=bob&password=§" https://h.example/
        http POST https://h.example/login user=bob password=§
        redis-cli -h cache.example -a § ping
        cache:6379> AUTH default §
        htpasswd -bB .htpasswd bob §
        openssl passwd -apr1 §
        helm install x ./c --set auth.password=§ --wait
        xfreerdp /v:h /u:bob /p:§
        net use Z: \\h\share § /user:CORP\bob
        WIFI:T:WPA;S:net;P:§;;
        SetEnv DB_PASSWORD §
        etcdctl put /app/password §
        openssl enc -aes-256-cbc -k §
        radtest bob § h 0 x
        """;

    /// <summary>What shows lines of something else.</summary>
    public static readonly Func<string, string>[] Wrappings =
    [
        line => line,
        line => "+" + line,
        line => "> " + line,
        line => "     7\t" + line,
        line => "config/app.x:12:" + line,
        line => "worker-1  | " + line,
        line => "2024-05-01T10:00:00.123Z INFO  [app] " + line,
        line => "\e[33m" + line + "\e[0m",
        line => "<pre>" + System.Net.WebUtility.HtmlEncode(line) + "</pre>",
        line => "    \"" + InString(line) + "\\n\"",
        line => "{\"out\": \"one\\n" + InString(line) + "\\nthree\"}",
        line => "{\"a\": \"" + InString("{\"out\": \"one\\n" + InString(line) + "\\nthree\"}") + "\"}",
        line => "{\"out\":\"" + InString(line).Replace("\\\"", "\\u0022", StringComparison.Ordinal) + "\"}",
    ];

    private static string InString(string line) =>
        line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
