using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>
/// Lines of real sources, logs and documentation that a detector once took for secrets, or that are close
/// to what it looks for. None may change.
/// </summary>
public sealed class InnocentTests
{
    private readonly Redactor _redactor = Planted.NewRedactor(personalData: false);

    [Theory]
    [InlineData("PASS: test/gettext-7_3")]
    [InlineData("XPASS: lib/foo-bar2 step_17")]
    [InlineData("--- PASS: TestServe2 (0.00s)")]
    [InlineData("a tool for machine learning password strength2 checks")]
    [InlineData("login will handle password aging, and groups")]
    [InlineData(":Nread \"machine id password path\"   uses ftp")]
    [InlineData("a dynamic library identified by 'name'")]
    [InlineData("    \"AWS::IAM::AccessKey\": \"62d91b17309e76c8\",")]
    [InlineData("    \"AmazonX\": \"arn:aws:iam::aws:policy/AmazonSSMAutomationApproverAccess\",")]
    [InlineData("procedure Login(const aUserName, aPassword : UTF8String; var allow : Boolean);")]
    [InlineData("  DIBUTTON_SOCCERO_PASS                   = $1E000402; { Pass  }")]
    [InlineData("self.run_python(\"while True: pass\", timeout=0.0001)")]
    [InlineData("cert=\"-----BEGIN CERTIFICATE-----\\nXXXX\\nXXXX\\n-----END CERTIFICATE-----\"")]
    [InlineData("root:*:0:0:root:/root:/bin/bash")]
    [InlineData("CF_INLINE CFStringGetSurrogatePairForLongCharacter(UTF32Char character)")]
    [InlineData(
        "PAPXAACdEwAAFRIAADkX/EAAAoBUAACMUAACJEgAAixQAAE0VAADUEQAAzxQAABAYAADJFgAA3BYAAMERAADgFwAAuxQ"
    )]
    [InlineData(
        "request_id=2f1c9c0e-5d0b-4c5e-9a55-0d3f3b7f6a10 trace_id=0c9f7f3a-8d8e-4f0b-b1c5-6a1c2d3e4f50"
    )]
    [InlineData("\"token_id\": \"2f1c9c0e-5d0b-4c5e-9a55-0d3f3b7f6a10\"")]
    [InlineData("session id: 2f1c9c0e-5d0b-4c5e-9a55-0d3f3b7f6a10")]
    [InlineData(
        "sessionId=2f1c9c0e-5d0b-4c5e-9a55-0d3f3b7f6a10 clientToken=2f1c9c0e-5d0b-4c5e-9a55-0d3f3b7f6a10"
    )]
    [InlineData("API_KEY=550e8400-e29b-41d4-a716-446655440000 TOKEN=00000000-0000-0000-0000-000000000000")]
    [InlineData("existingSecret: database-credentials-2-main")]
    [InlineData("CACHE_KEY=node-modules-v2-linux")]
    [InlineData("(see https://forum.image.sc/t/ome2024-ngff-challenge) for the data")]
    [InlineData("Prints the contents of the blob identified by C<SHA1>")]
    [InlineData("device wifi connect -- (commandline -op)\" -xa \"$ssid $bssid password wep-key-type")]
    [InlineData("//somewhere-else.com/myorg/:_authToken=MYTOKEN1")]
    [InlineData(
        "signtool: fix description, add url (Rod Vagg) [#4011](https://github.com/nodejs/node/pull/4011)"
    )]
    [InlineData("  cquantize^.pub.finish_pass := finish_pass_1_quant;")]
    [InlineData("    def load_private_key(self) -> Ed25519PrivateKey | X448PrivateKey | X25519PrivateKey:")]
    [InlineData("CURLOPT_USERPWD:=CURLOPTTYPE_STRINGPOINT+5,")]
    [InlineData("cache_key = \"d41d8cd98f00b204e9800998ecf8427e\"")]
    [InlineData("if (login(user, \"remember\")) return authenticate(request, \"session\");")]
    [InlineData("<key>CFBundlePasswordRules</key><string>minlength8</string>")]
    [InlineData("the username admin password reset page")]
    [InlineData("SyntaxError: Unexpected token 'export2'")]
    [InlineData("mnemonic: the words of a phrase that people learn by heart to keep in mind what is long")]
    [InlineData("Processed session termination for sessionid: 0x34ed9ac1c1e0083")]
    [InlineData("NSErrorFailingURLKey=https://13957525385%40mail.test@p28-contacts.test/x")]
    [InlineData("a URL in the form (http|https|ftp)://[user[:pass]]@host.domain[:port]/path")]
    [InlineData("password: \"{{ plaintext | password_hash('sha512') }}\"")]
    [InlineData(
        "git+https://github.com/ansible-collections/amazon.aws.git,37875c5b4ba5bf3cc43e07edf29f3432fd76def5"
    )]
    [InlineData("'BAD_PASSPHRASE': GpgBadPassphrase,")]
    public void What_is_no_secret_stays(string line) =>
        Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));

    [Theory]
    [InlineData("    \"@maker/auth-token\": \"npm:^4.0.0\"")]
    [InlineData("    parse-passwd: \"npm:^1.0.0\"")]
    [InlineData("    \"maker/fe_change_pwd\": \"<2.0.5|>=3,<3.0.3\",")]
    [InlineData("        SMART_HCYL_PASS                             = 0xc2")]
    [InlineData("kpasswd\t\t464/tcp")]
    [InlineData("        ('authtoken', '0002_auto_20160226_1747'),")]
    [InlineData("Authorization: XXX4-HMAC-SHA256 SignedHeaders=host;x-date")]
    [InlineData("<token type=\"NameBuiltinPseudo\"/>")]
    [InlineData("p.stylesheetToken=\"lwc-60i2rk4rtjp\"")]
    [InlineData("deleteApiKey:Gt.deleteApiKey,restoreApiKey:Gt.restoreApiKey,assignUserID:Gt.assignUserID")]
    [InlineData("Ft.restoreApiKey=Llt;Ft.saveDictionaryEntries=Mlt;Ft.saveObject=Act;Ft.saveObjects=b9")]
    [InlineData("        privateKey ed25519.PrivateKey")]
    [InlineData("  if(token == NGHTTP3_QPACK_TOKEN__STATUS) {")]
    [InlineData("    cmd.Env = append(os.Environ(), \"PWD=\"+cmd.Dir, \"GOROOT=\"+build.Default.GOROOT)")]
    [InlineData("  arguments: -ConfigFile NuGet.config -Password $Env:Token")]
    [InlineData("    {\"../../etc/passwd\": b\"malicious\"}")]
    [InlineData("\"dialog.network.wifi_password\":\"Wi-Fiパスワード\"")]
    [InlineData("cargo update -p cargo2-test --locked")]
    [InlineData("kubectl apply -k https://gateway.test/config/crd2")]
    [InlineData(" .../sk-49f57246d612428a15f8a3c8db0fac00.json       |   1 -")]
    [InlineData("    public final fun encodedPassword (Ljava/lang/String;)Lokhttp3/HttpUrl$Builder;")]
    [InlineData("    this.password = splitCredentials[1];")]
    [InlineData("AssignAddPtrInt8")]
    [InlineData("\"GPG_KEY=5A80B4D8D1472DEA853E40D89F822E7D8462C01E\",")]
    [InlineData("root.pw=@root.pw@")]
    [InlineData("gateway.wifi.psk=@gateway.wifi.psk@")]
    [InlineData("<add key=\"SshPassphrase\" value=\"#{SshPassphrase}#\" />")]
    [InlineData("guest:{PLAIN}<your-password>:5000:5000::/var/mail")]
    [InlineData("expect(body.secretName).toBe('tls-wildcard-2024');")]
    [InlineData("postgresql://user:password1@db.example.com/shop")]
    [InlineData("    \"9r3i9a9QmASqMnQM\",")]
    [InlineData("  []getproviders.Hash{\"h1:2y06Ykj0FRneZfGCTxI9wRTori8iB7ZL5kQ6YyEnh84=\"},")]
    [InlineData("< x-amz-id-2: 0Iv2vtJScPH6CQXw/ZPyhXA0OlsE9Hil6Idkrtrv4hXqRldT7Z3W2zDw5u8rNDVHflEDnlRp2u1m")]
    [InlineData("iVBORw0KGgoAAAANSUhEUgAAALQAAAC0CAYAAAA9zQYyAAAPxklEQVR42uzdeWwUVRwH8Ke5Kq7a")]
    [InlineData("\"MDUNCkNvbnRlbnQtRGlzcG9zaXRpb246IGZvcm0tZGF0YTsgbmFtZT0iZmlsZTEiOyBmaWxl\"")]
    public void What_lock_files_and_packed_code_hold_stays(string line) =>
        Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));

    [Theory]
    [InlineData("#define GL_STENCIL_PASS_DEPTH_PASS        0x0B96")]
    [InlineData("  \"password\": \"contraseña\", \"forgot\": \"¿Olvidaste tu contraseña?\"")]
    [InlineData("password: string;")]
    [InlineData("config.pluginmanager.register(reporter, \"terminalreporter\")")]
    [InlineData("Log in with password authentication, and password hashing for user accounts: required")]
    [InlineData("password: Optional[SecretStr] = None")]
    [InlineData("password = getpass.getpass(prompt)")]
    [InlineData("password = args.password1")]
    [InlineData("password = self.config.get(\"db\", \"password\")")]
    [InlineData("<label for=\"password\">Password: at least 8 characters</label>")]
    [InlineData(
        "<input type=\"password\" name=\"password\" placeholder=\"Your password\" autocomplete=\"current-password\">"
    )]
    [InlineData("    \"password\": \"mot de passe\",")]
    [InlineData("login.password=Kennwort")]
    [InlineData("'password' => 'required|string|min:8|confirmed',")]
    [InlineData("errors.add(:password, 'must be 8 characters or more')")]
    [InlineData("secret: prometheus-alertmanager-tls")]
    [InlineData("    secret: 'V1SecretProjection',")]
    [InlineData("[\"username\", \"password\", \"remember_me\"]")]
    [InlineData("  UserEncPass := NoUser")]
    [InlineData("\"Sid\": \"AllowCloudTrailWrite20131101\",")]
    [InlineData("PWD shortening in the prompt can now be configured")]
    [InlineData("zstyle ':completion:*:(ssh|scp):*:hosts-ipaddr' ignored-patterns")]
    [InlineData("password authentication is required for this host")]
    [InlineData("passphrase: the passphrase to use, if the key is encrypted")]
    [InlineData("raise ValueError(\"password: expected bytes, got %s\" % type(password))")]
    [InlineData("if (user.password == null || user.password.length < 8) return false;")]
    [InlineData("password=password, username=username, host=hostname2")]
    [InlineData("token = re.compile(r'[A-Za-z_][^)]+[(]$')")]
    [InlineData("self.fields[\"password\"].widget.attrs[\"class\"] = \"form-control form-control-lg\"")]
    [InlineData("db.auth(user, \"session\") && connect(\"app.example\", \"clicked\", onClick)")]
    [InlineData("password: UserCredentials.Account.Value")]
    [InlineData("    password = prompt.ask.later")]
    [InlineData("Password = LoginFormControl")]
    [InlineData("password = new_wallet_holder_name")]
    [InlineData("\"password\": \"settings.profile.current_password\",")]
    [InlineData("\"resetPassword\": \"Enter The New One\",")]
    [InlineData("if ($password eq 'required') {")]
    [InlineData("conf.set(\"login.password\", \"hiddenInputField\")")]
    [InlineData("community: kubernetes")]
    [InlineData("\"passphrase\": \"${env:PASSPHRASE}\",")]
    [InlineData("password: ${ssm:/app/db-password.main}")]
    [InlineData("invalidToken: \"パスワードは12文字以上で入力してください\"")]
    [InlineData("| password | string | required |")]
    [InlineData("Passwort: mindestens 8 Zeichen")]
    [InlineData("token,user_id,created_at")]
    [InlineData("strcmp(password_field, \"user_password\")")]
    [InlineData("name.equals(\"password\") ? \"type2\" : \"text2\"")]
    public void What_speaks_of_passwords_and_is_none_stays(string line) =>
        Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));

    [Theory]
    [InlineData("arn:aws:secretsmanager:us-west-2:123456789012:secret:MyTestDatabaseSecret-a1b2c3")]
    [InlineData("from hazmat import X25519PrivateKey as X25519PrivateKey")]
    [InlineData("REG_NAME_PAT = r\"(?:[^\\[\\]%:/?#]|%[a-fA-F0-9]{2})*\"")]
    [InlineData("  \"value\": \"ManagedScalingPolicy-3048e262-fe39-4eaf-826d-6f975d30f1c2\"")]
    [InlineData("  value: OrderServiceV2RequestHandlerFactory,")]
    [InlineData("    <string>$(PRODUCT_BUNDLE_IDENTIFIER).NotificationService2</string>")]
    [InlineData("prod,billing,37875c5b4ba5bf3cc43e07edf29f3432fd76def5,2031-05-06")]
    [InlineData("staging,OrderServiceV2RequestHandlerFactory,2031-05-06")]
    [InlineData("\"arn:aws:secretsmanager:*:*:secret:app/ssm/3p/*\",")]
    [InlineData(
        "<span class=\"nf\">prompt_pwd</span><span class=\"w\"> </span><span>--full-length-dirs=2</span>"
    )]
    [InlineData("token,sha256,created_at")]
    [InlineData("password,address1,address2")]
    [InlineData("the token for this request is parsed by lexer2")]
    [InlineData("token: uwierzytelnianie")]
    [InlineData("<meta name=\"token\" type=\"text\" content=\"width=device-width\">")]
    [InlineData("https://docs.github.test/en/webhooks/webhook-events-and-payloads-2024-release")]
    [InlineData(
        "[![x](https://github.test/o/r/actions/workflows/build-and-test-all-platforms2.yml/badge.svg)]"
    )]
    [InlineData("user_data=\"#!/bin/bash v2\"")]
    [InlineData("user_home=\"/srv/app2/data\"")]
    [InlineData("<Input password={form.password1} />")]
    [InlineData("az webapp create -g rg1 -p plan-premium-v2 -n x")]
    [InlineData("a0=\"mkdir\" a1=\"-p\" a2=\"build2024dir\"")]
    [InlineData("docker.io:library:nginx1")]
    [InlineData("if response.headers.get(\"X-Token-Type\") == \"bearer\":")]
    [InlineData("password = config.Password12")]
    [InlineData("password = crypto.Digest32")]
    [InlineData("PASS test_math_add_12")]
    [InlineData("value: \"neo4j/${VERSION}\"")]
    public void What_stands_in_rows_and_members_and_is_no_secret_stays(string line) =>
        Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));
}
