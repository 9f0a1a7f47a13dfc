namespace Datacurve.Tests.Redaction;

/// <summary>
/// Users and passwords in the files of servers, in arguments and sessions, hashes of passwords, addresses and
/// answers by which one gets in, for <see cref="ContextCorpusTests"/>.
/// </summary>
internal static class AccountTemplates
{
    // An arrow is a tab.
    public static readonly string Text = """
        bob:1104:aad3b435b51404eeaad3b435b51404ee:{x}:::
        CORP\bob:500:NO PASSWORD*********************:{x}:::
        psexec.py -hashes :{x} corp/bob@h
        secretsdump.py -hashes aad3b435b51404eeaad3b435b51404ee:{x} bob@h
        evil-winrm -i h -u bob -H {x}
        xfreerdp /u:bob /pth:{x} /v:h
        7→pbkdf2_sha256$720000$q3vN8xTz1LpWc5$h{s}=→bob
        pbkdf2:sha256:600000$q3vN8xTz1LpWc5$a{h}
        bob→pppd→{p}→*
        bob→*→"{p}"→192.0.2.9
        {"out":"bob\\t*\\t\"{p}\"\\t*\\n"}
        https://h.example/webdav/ bob {p}
        /mnt/files bob "{p}"
        {"out":"/mnt/files bob \"x\"\n/mnt/more bob \"{p}\"\n"}
          client_send = : bob : {p}
        *.mail.net:bob:{p}
        relay.h.org:bob@zz.name:{p}
        {"out":"relay.h.org:bob@zz.name:x1y2z3w4\nmx.h.org:bob@zz.name:{p}\n"}
        user=bob:{p}
            12→user = bob:{p}
        createUser bob SHA "{p}" AES "x"
        createUser bob SHA-256 "x" AES "{p}"
        createUser bob MD5 {p} DES x
        %any : PSK 0x{x}
           user_bob="{p}";
        org.x.PlainLoginModule required username="a" user_admin="{p}" user_bob="x";
        d-i passwd/user-password password {p}
        rootpw --plaintext {p}
            12→root:{p}
        var c = new X509Certificate2("site.pfx", "{p}");
        var c = new X509Certificate2(File.ReadAllBytes(path), "{p}");
        https://chat.h.example/hooks/k{k}
        POST http://flows.h.example:8080/api/webhooks/1760592549/{k}
        curl -d @x https://n8n.h.example/webhook/{g}
        {"url":"https://hooks.h.example/workflows/{k}/run"}
        GET /?code=4/0A{k}&scope=email HTTP/1.1
        "GET /done?state=x1&code={k} HTTP/1.1"
        location: /a?code={k}&state=q7
        SAMLResponse=PHNhbWxwOlJlc3BvbnNl{s}&RelayState=x
        {"event":"acs","SAMLResponse":"PHNhbWxwOlJlc3BvbnNl{s}"}
        secure_link_md5 "$secure_link_expires$uri {p}";
        DRIVER={X};SERVER=h;UID=bob;PWD={{u}};
        if request.headers.get("X-Api-Token") != "{k}":
        if (req.headers['x-api-key'] === '{k}') {
        if form.password.data == '{p}':
        if (tokenBox.token.value === "{k}") {
        opener.add_password(None, url, "bob", "{p}")
        with FTP("h.example", "bob", "{p}") as f:
        c.connect("192.0.2.7", 22, "bob", "{p}")
        {"new":"s.login(\"h.example\", 993, \"bob\", \"{p}\")"}
        r.basic_auth 'bob', '{p}'
        run(["sshpass", "-p", "{p}", "ssh", "h"])
        {"new":"run([\"sshpass\", \"-p\", \"{p}\", \"ssh\"])"}
        {"new":"run([\"mysql\", \"-u\", \"root\", \"-p{p}\"])"}
        msg=audit(1:9): argc=4 a0="sshpass" a1="-p" a2="{p}" a3="ssh"
        msg=audit(1:9): argc=3 a0="/usr/bin/mysql" a1="-ubob" a2="-p{p}"
        rclone obscure '{p}'
        ldappasswd -x -D cn=a -W -s {p} uid=bob
        https -A bearer -a {k} h.example/me
        az mysql server create -g x -u bob -p {p}
        az vm create -n x --admin-username bob --admin-password '{p}'
        isql -v Orders bob {p}
        printf '{p}' | gcloud secrets create x --data-file=-
        printf '%s' "{p}" | gcloud secrets versions add x --data-file=-
        {"bcrypt_hash": "x", "length": 24, "result": "{p}", "special": true}
        { "sensitive": true, "type": "string", "value": "{p}" }
        PARAMETERS→arn:x→text→/db/pw→SecureString→{p}→3
        password: [-old-]{+{p}+}
        password: [-{p}-]{+new+}
        //h/x /mnt/x cifs username=bob,password={p},uid=1 0 0
        NEO4J_AUTH=neo4j/{p}
            value: "neo4j/{p}"
        Created account bob with password: {p}
        New API token for bob: {h}
        users = [('ann', 'x'), ('bob', '{p}')]
        var jwtKey = []byte("{p}")
        signingKey := []byte("{p}")
        {"out":"USER bob\nPASS {p}\r\n"}
        {"out":"331 Please say\r\nPASS {p}\r\n230 In\r\n"}
        SONAR_LOGIN={h}
        SONAR_TOKEN: {h}
        SNMP_COMMUNITY={p}
        New-LocalUser bob -Password (ConvertTo-SecureString -AsPlainText "{p}" -Force)
        send \"{p}\r\"
        {"out":"| a | b |\n| smtp_password | {p} |\n"}
        {"out":"m.connect(\"c1\", \"bob\", \"{p}\");\nclient.connect(\"c1\", \"bob\", \"{p}\");"}
        """.Replace('→', '\t');
}
