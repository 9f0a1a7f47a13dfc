namespace Datacurve.Tests.Redaction;

/// <summary>Code and SQL that hold a secret, for <see cref="ContextCorpusTests"/>.</summary>
internal static class CodeTemplates
{
    public const string Text = """
        CREATE USER app IDENTIFIED BY '{p}';
        CREATE USER 'app'@'%' IDENTIFIED WITH mysql_native_password BY '{p}';
        ALTER USER root@localhost IDENTIFIED BY "{p}";
        GRANT ALL ON *.* TO 'x'@'%' IDENTIFIED BY '{p}' WITH GRANT OPTION;
        CREATE USER scott IDENTIFIED BY {p};
        SET PASSWORD FOR 'root'@'localhost' = PASSWORD('{p}');
        SET PASSWORD = '{p}';
        CREATE ROLE app WITH LOGIN PASSWORD '{p}';
        ALTER ROLE app PASSWORD '{p}';
        create user app with encrypted password '{p}';
        CREATE LOGIN app WITH PASSWORD = '{p}';
        CREATE LOGIN app WITH PASSWORD=N'{p}', DEFAULT_DATABASE=x;
        ALTER LOGIN sa WITH PASSWORD = N'{p}';
        CREATE USER MAPPING FOR x SERVER y OPTIONS (user 'u', password '{p}');
        CREATE DATABASE SCOPED CREDENTIAL x WITH IDENTITY='y', SECRET='{k}';
        INSERT INTO users (name, password) VALUES ('bob', '{p}');
        UPDATE users SET password = '{p}' WHERE id = 1;
        UPDATE users SET password='{p}' WHERE id=1;
        SELECT crypt('{p}', gen_salt('bf'));
        PRAGMA key = '{p}';
        COPY t FROM 's3://x' CREDENTIALS 'aws_access_key_id=A;aws_secret_access_key={s}';
        CREATE SECRET s (TYPE S3, KEY_ID 'x', SECRET '{s}');
        user.set_password("{p}")
        user.set_password('{p}')
        u.setPassword("{p}");
        ds.setPassword("{p}");
        client.login("bob", "{p}")
        client.login(user, "{p}")
        smtp.login("a@b.io", "{p}")
        server.login(sender, '{p}')
        ftp.login("bob", "{p}")
        imap.login('bob', '{p}')
        conn = Credentials("bob", "{p}")
        new Credentials("bob", "{p}")
        new UsernamePasswordCredentials("bob", "{p}")
        new NetworkCredential("bob", "{p}", "CORP")
        new PasswordAuthentication("bob", "{p}".toCharArray())
        Credentials.basic("bob", "{p}")
        auth=("bob", "{p}")
        auth=('bob','{p}'),
        requests.get(url, auth=("bob", "{p}"))
        requests.get(url, auth=HTTPBasicAuth("bob", "{p}"))
        auth = aiohttp.BasicAuth("bob", "{p}")
        httpx.BasicAuth(username="bob", password="{p}")
        os.environ["X_TOKEN"] = "{k}"
        os.environ['DB_PASSWORD'] = '{p}'
        os.environ.setdefault("DB_PASSWORD", "{p}")
        os.getenv("DB_PASSWORD", "{p}")
        os.environ.get("API_KEY", "{k}")
        os.putenv("DB_PASSWORD", "{p}")
        setenv("DB_PASSWORD", "{p}", 1);
        setenv("API_KEY", "{k}", 1);
        os.Setenv("DB_PASSWORD", "{p}")
        t.Setenv("API_TOKEN", "{k}")
        Environment.SetEnvironmentVariable("DB_PASSWORD", "{p}");
        System.setProperty("javax.net.ssl.trustStorePassword", "{p}");
        props.put("password", "{p}");
        props.setProperty("password", "{p}");
        map.putIfAbsent("password", "{p}");
        config.set("password", "{p}")
        params.append("password", "{p}");
        formData.append('client_secret', '{k}');
        headers.set("Authorization", "Bearer {k}");
        headers.append('X-Api-Key', '{k}');
        req.Header.Set("Authorization", "Bearer {k}")
        req.Header.Add("X-Api-Key", "{k}")
        request.setRequestHeader("Authorization", "Bearer {k}")
        client.DefaultRequestHeaders.Add("X-Api-Key", "{k}");
        .header("Authorization", "token {k}")
        .withPassword("{p}")
        .password("{p}")
        .apiKey("{k}")
        .secretKey("{k}")
        .token("{k}")
        .WithToken("{k}")
        .bearer_auth("{k}")
        .basic_auth("bob", Some("{p}"))
        .auth("bob", "{p}")
        .withCredentials("bob", "{p}")
        .credentials("bob", "{p}")
        r.SetBasicAuth("bob", "{p}")
        req.SetBasicAuth(user, "{p}")
        curl_setopt($ch, CURLOPT_USERPWD, "bob:{p}");
        mysqli_connect("localhost", "root", "{p}", "db");
        new PDO("mysql:host=h;dbname=x", "root", "{p}");
        new mysqli("h", "root", "{p}", "db");
        DriverManager.getConnection("jdbc:mysql://h/x", "root", "{p}");
        psycopg2.connect(host="h", user="u", password="{p}")
        psycopg2.connect("host=h user=u password={p} dbname=x")
        pymysql.connect(host='h', user='u', passwd='{p}', db='x')
        mysql.createConnection({host:'h',user:'u',password:'{p}'})
        MongoClient("mongodb://u:{u}@h:27017/")
        redis.Redis(host="h", password="{p}")
        redis.createClient({ url: 'redis://:{u}@h:6379' })
        sql.Open("mysql", "root:{u}@tcp(h:3306)/db")
        gorm.Open(postgres.Open("host=h user=u password={p} dbname=x"))
        create_engine("postgresql://u:{u}@h/db")
        boto3.client('s3', aws_access_key_id='A', aws_secret_access_key='{s}')
        new AWS.Credentials('AKIA', '{s}')
        new BasicAWSCredentials("AKIAX", "{s}");
        OpenAI(api_key="{k}")
        openai.api_key = "{k}"
        stripe.api_key = '{k}'
        Stripe.apiKey = "{k}";
        const client = new Client({ token: '{k}' });
        jwt.encode(payload, "{p}", algorithm="HS256")
        jwt.sign(payload, '{k}')
        jwt.sign(payload, "{k}", { expiresIn: "1h" })
        jwt.verify(token, '{k}')
        app.secret_key = '{k}'
        app.config['SECRET_KEY'] = '{k}'
        SECRET_KEY = 'django-insecure-{k}'
        app.use(session({ secret: '{k}' }))
        cookieParser('{k}')
        crypto.createHmac('sha256', '{k}')
        hmac.new(b"{k}", msg, hashlib.sha256)
        Fernet(b"{s}=")
        AES.new(b"{k}", AES.MODE_CBC)
        new SecretKeySpec("{k}".getBytes(), "AES")
        password_hash('{p}', PASSWORD_DEFAULT)
        bcrypt.hash('{p}', 10)
        bcrypt.hashSync("{p}", 10)
        hashpw(b"{p}", salt)
        private const string Password = "{p}";
        const dbPassword = "{p}" // prod
        var apiKey string = "{k}"
        let secret: &str = "{k}";
        val password: String = "{p}"
        static let apiToken = "{k}"
        #define API_KEY "{k}"
        #define WIFI_PASSWORD "{p}"
        const char* password = "{p}";
        const char *ssid = "x", *password = "{p}";
        char passwd[] = "{p}";
        WiFi.begin("net", "{p}");
        @Value("${db.password:{p}}")
        password: process.env.DB_PASSWORD || '{p}',
        const token = process.env.TOKEN ?? "{k}";
        ENV['API_KEY'] ||= '{k}'
        password = ENV.fetch("DB_PASSWORD", "{p}")
        password = config.get("db.password", default="{p}")
        if password == "{p}":
        if (password === '{p}') {
        expect(password).toBe('{p}')
        page.fill("#password", "{p}")
        page.fill('input[name="password"]', '{p}')
        await page.type('#password', '{p}');
        driver.find_element(By.ID, "password").send_keys("{p}")
        cy.get('#password').type('{p}')
        password <- "{p}"
        :password "{p}"
        (def password "{p}")
        "password": "{p}",
        "db_password" : "{p}"
        \"password\":\"{p}\"
        \\\"password\\\":\\\"{p}\\\"
        {"user":"a","pass":"{p}"}
        {"auth":{"username":"a","password":"{p}"}}
        {"access_token":"{k}","token_type":"bearer"}
        {"refresh_token":"{k}"}
        {"apiKey":"{k}"}
        {"api_key":"{g}"}
        {"client_secret":"{g}"}
        {"token":"{g}"}
        {"secret":"{g}"}
        {'password': '{p}'}
        {password: "{p}"}
        headers.set("Authorization", "Basic " + btoa("svc-app:{p}"));
        token = base64.b64encode(b"svc_app:{p}").decode()
        token = base64.b64encode("svc_app:{p}".encode("utf-8"))
        var raw = Convert.ToBase64String(Encoding.ASCII.GetBytes("svc:{p}"));
        String h = "Basic " + Base64.getEncoder().encodeToString("svc:{p}".getBytes());
        auth := base64.StdEncoding.EncodeToString([]byte("svc:{p}"))
        Authorization: `Basic ${Buffer.from('svc:{p}').toString('base64')}`
        $auth = base64_encode("svc:{p}");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", "{b}");
        Authorization = new AuthenticationHeaderValue("Bearer", "{k}"),
        """;
}
