namespace Datacurve.Tests.Redaction;

/// <summary>Command lines that take a secret, for <see cref="ContextCorpusTests"/>.</summary>
internal static class CommandTemplates
{
    public const string Text = """
        mysql -h db -u root -p{p} prod
        mysqlsh app:{u}@db:3306/prod
        mysqlsh --sql app:{u}@db
        user = "bob:{u}"
        A temporary password is generated for root@localhost: {u}
        mysql -uroot -p'{p}' prod
        mysql --user=root --password={p} app
        mysqldump --password '{p}' -u root app
        mariadb -u root --password="{p}"
        psql postgres://app:{u}@db/prod -c 'select 1'
        psql "postgresql://app:{u}@db:5432/prod?sslmode=require"
        PGPASSWORD='{p}' psql -h db
        pg_dump --dbname=postgresql://u:{u}@h/db
        redis-cli -a {p} ping
        redis-cli -h r -p 6379 -a '{p}' info
        redis-cli --pass {p} info
        redis-cli AUTH {p}
        AUTH default {p}
        mongo -u admin -p {p} --authenticationDatabase admin
        mongosh --username admin --password {p}
        mongodump --uri="mongodb://u:{u}@h/db"
        mongodump -u admin -p={p} -d x
        sshpass -p '{p}' scp a b:
        7z a -p{p} x.7z y
        7z x x.7z -p{p}
        zip -P {p} x.zip y
        zip -r -P '{p}' x.zip y
        unzip -P {p} x.zip
        rar a -hp{p} x.rar y
        openssl enc -aes-256-cbc -pass pass:{p} -in x
        openssl rsa -in k.pem -passin pass:{p}
        openssl pkcs12 -export -passout pass:{p} -out x
        htpasswd -b /etc/nginx/.htpasswd bob {p}
        htpasswd -bc .htpasswd admin '{p}'
        htpasswd -nbB admin {p}
        ldapsearch -x -D cn=admin,dc=x -w {p} -b dc=x
        ldapmodify -D cn=admin -w '{p}' -f x.ldif
        smbclient //s/share -U bob%{p}
        mount -t cifs //s/x /mnt -o username=bob,password={p}
        curl -u admin:{p} https://x
        curl -u 'admin:{p}' https://x
        curl -sS --user admin:{p} https://x
        curl -uadmin:{p} https://x
        curl --proxy-user u:{p} https://x
        curl -x http://u:{u}@proxy:3128 https://x
        wget --user=a --password={p} https://x
        wget --http-user=a --http-password={p} https://x
        wget --ftp-password={p} ftp://x
        http -a admin:{p} https://x
        http --auth admin:{p} https://x
        https -a bob:{p} x.io
        xh -a bob:{p} x.io
        docker login -u ci -p {p} reg.io
        docker login --username ci --password {p} reg.io
        docker login reg.io -u ci --password={p}
        podman login -u ci -p '{p}' quay.io
        echo "{p}" | docker login ghcr.io -u x --password-stdin
        helm repo add x https://x --username u --password {p}
        helm registry login -u u -p {p} reg.io
        helm install x y --set auth.password={p}
        helm upgrade x y --set-string secrets.dbPassword={p}
        az login --service-principal -u id -p {p} --tenant t
        az login -u a@b.io -p '{p}'
        az login --service-principal --username id --password {k} --tenant t
        az sql server create -n x --admin-user a --admin-password {p}
        rclone config create x s3 access_key_id A secret_access_key {k}
        rclone --ftp-pass {k} ls x:
        rclone lsd :sftp: --sftp-pass={k}
        restic -r rest:https://u:{u}@h/ snapshots
        RESTIC_PASSWORD={p} restic backup /x
        ansible-playbook x.yml -e ansible_become_pass={p}
        ansible-playbook x.yml --extra-vars "ansible_ssh_pass={p}"
        ansible-playbook x.yml --vault-password {p}
        gpg --batch --passphrase {p} -d x.gpg
        gpg --batch --yes --passphrase='{p}' -c x
        echo {p} | gpg --batch --passphrase-fd 0 x
        keytool -list -keystore k.jks -storepass {p}
        keytool -importkeystore -srcstorepass {p} -deststorepass x
        keytool -importkeystore -deststorepass {p} -srckeystore x
        jarsigner -keystore k -storepass {p} a.jar x
        net user bob {p} /add
        net user administrator "{p}"
        net use Z: \\s\x /user:bob {p}
        net use \\s\x {p} /user:bob
        cmdkey /add:srv /user:bob /pass:{p}
        cargo login {k}
        npm config set //packages.example.com/:_authToken {k}
        npm config set //packages.example.com/:_authToken={k}
        npm set //npm.corp.io/:_authToken {k}
        yarn config set npmAuthToken {k}
        pnpm config set //npm.corp.io/:_authToken {k}
        pip install --index-url https://u:{u}@pypi.corp.io/simple x
        poetry config http-basic.corp bob {p}
        poetry config pypi-token.pypi {k}
        poetry publish -u bob -p {p}
        twine upload -u bob -p {p} dist/*
        uv publish --token {k}
        gem push x.gem --key {k}
        bundle config set --global gems.corp.io bob:{p}
        composer config http-basic.repo.corp.io bob {p}
        composer config -g github-oauth.github.com {h}
        nuget push x.nupkg -ApiKey {k} -Source s
        dotnet nuget push x.nupkg --api-key {k} -s s
        dotnet nuget push x.nupkg -k {k} -s s
        dotnet nuget add source s -n x -u bob -p {p} --store-password-in-clear-text
        dotnet user-secrets set "Db:Password" "{p}"
        dotnet user-secrets set Stripe:ApiKey {k}
        aws configure set aws_secret_access_key {s}
        aws configure set aws_secret_access_key {k} --profile x
        aws configure set profile.x.aws_session_token {k}
        aws rds create-db-instance --master-username a --master-user-password {p}
        aws secretsmanager put-secret-value --secret-id x --secret-string {p}
        aws ssm put-parameter --name x --type SecureString --value {k}
        aws cognito-idp admin-set-user-password --username b --password {p}
        gcloud sql users set-password root --instance=x --password={p}
        gh auth login --with-token <<< {k}
        echo {k} | gh auth login --with-token
        gh secret set DEPLOY_TOKEN --body {k}
        gh secret set X -b"{k}"
        glab auth login --token {k}
        vault login {k}
        vault login -method=userpass username=bob password={p}
        vault kv put secret/db password={p}
        vault kv put secret/x api_key={k}
        vault operator unseal {k}
        heroku config:set SECRET_KEY_BASE={h}
        heroku auth:token {k}
        flyctl auth login --access-token {k}
        flyctl secrets set DB_PASSWORD={p}
        netlify deploy --auth {k}
        vercel --token {k}
        vercel deploy --token={k}
        wrangler secret put X <<< {k}
        kubectl create secret generic x --from-literal=api-key='{k}'
        kubectl create secret docker-registry r --docker-username=u --docker-password={p}
        kubectl config set-credentials bob --token={k}
        kubectl --token={k} get pods
        oc login --token={k} --server=https://x
        oc login -u dev -p {p}
        docker swarm join --token {k} 10.0.0.1:2377
        docker run -e MYSQL_ROOT_PASSWORD={p} mysql
        docker run -d -e "POSTGRES_PASSWORD={p}" postgres
        docker build --build-arg NPM_TOKEN={k} .
        docker service create --env DB_PASS={p} x
        terraform apply -var db_password={p}
        terraform apply -var 'api_token={k}'
        TF_VAR_db_password={p} terraform plan
        pulumi config set --secret dbPassword {p}
        ibmcloud login --apikey {k}
        doctl auth init -t {h}
        doctl auth init --access-token {k}
        linode-cli --token {k}
        hcloud context create x --token {k}
        scw init secret-key={k}
        argocd login x --username admin --password {p}
        argocd account update-password --current-password {p} --new-password x
        sonar-scanner -Dsonar.login={h}
        sonar-scanner -Dsonar.token={k}
        mvn deploy -Dpassword={p}
        mvn -Dgpg.passphrase={p} deploy
        gradle publish -PsigningPassword={p}
        gradle publish -PossrhToken={k}
        java -Djavax.net.ssl.keyStorePassword={p} -jar x.jar
        java -jar x.jar --spring.datasource.password={p}
        jenkins-cli -auth bob:{p} list
        sqlcmd -S s -U sa -P {p} -Q x
        sqlcmd -S s -U sa -P '{p}'
        bcp x out y -U sa -P {p}
        sqlplus "system/{u}@//h:1521/x"
        impdp system/{u}@ORCL full=y
        cqlsh -u cassandra -p {p} host
        clickhouse-client --user default --password {p}
        influx setup --password {p}
        influx -username a -password {p}
        snowsql -a x -u y -p {p}
        bq --api_key={k}
        rabbitmqctl change_password svc '{p}'
        rabbitmqadmin -u svc -p {p} list queues
        mosquitto_pub -h h -u bob -P {p} -t x
        mosquitto_passwd -b f bob {p}
        kafka-configs --alter --add-config 'SCRAM-SHA-256=[password={p}]' --entity-name a
        svn co https://x --username bob --password {p}
        hg clone https://bob:{u}@h/x
        git clone https://bob:{u}@h/x.git
        git clone https://oauth2:{k}@gitlab.corp.io/x.git
        git remote set-url origin https://{k}@github.com/a/b
        git -c http.extraheader="AUTHORIZATION: basic {b}" fetch
        git config credential.helper "store"; echo "https://bob:{u}@h"
        lftp -u bob,{p} ftp.x
        lftp -e 'open -u bob,{p} x'
        ncftpput -u bob -p {p} h d f
        ftp://bob:{u}@h/x
        rsync --password-file=<(echo {p}) x y
        expect -c 'send "{p}\r"'
        smtp-cli --host h --user bob --password {p}
        swaks --to a@b.io --auth-user bob --auth-password {p}
        swaks -t a -ap {p} -au b
        msmtp --passwordeval="echo {p}"
        sendemail -f a -xu bob -xp {p}
        xfreerdp /u:bob /p:{p} /v:h
        rdesktop -u bob -p {p} h
        evil-winrm -i h -u bob -p {p}
        crackmapexec smb h -u bob -p {p}
        psexec \\h -u bob -p {p} cmd
        wmic /node:h /user:bob /password:{p} x
        schtasks /create /ru bob /rp {p} /tn x
        sc config x obj= .\bob password= {p}
        useradd -p '{p}' bob
        usermod --password {p} bob
        echo 'bob:{p}' | chpasswd
        chpasswd <<< "bob:{p}"
        echo {p} | passwd --stdin bob
        echo '{p}' | sudo -S id
        nmcli dev wifi connect net password {p}
        nmcli con modify x wifi-sec.psk {p}
        wpa_passphrase net {p}
        networksetup -setairportnetwork en0 net {p}
        cryptsetup luksOpen /dev/x y <<< {p}
        echo -n {p} | cryptsetup luksFormat /dev/x -
        veracrypt --text --password={p} x y
        qpdf --password={p} --decrypt a b
        pdftk a.pdf input_pw {p} output b
        borg init --encryption=x; export BORG_PASSPHRASE={p}
        security add-generic-password -a x -s y -w {p}
        security unlock-keychain -p {p} login.keychain
        op signin --secret-key {k}
        bw login a@b.io {p}
        bw unlock {p}
        ipmitool -H h -U ADMIN -P {p} power status
        snmpget -v 2c -c {p} h x
        conda config --set channel_alias https://x/t/{k}
        huggingface-cli login --token {k}
        wandb login {h}
        sentry-cli --auth-token {k} releases
        datadog-ci --api-key {k}
        snyk auth {g}
        codecov -t {g}
        curl -H "Authorization: token {k}" x
        curl -H "PRIVATE-TOKEN: {k}" x
        curl -H 'X-Auth-Token: {k}' x
        curl -H "X-Vault-Token: {k}" x
        curl -H "apikey: {k}" x
        curl -H "api-key: {k}" x
        curl -H "Cookie: session={k}" x
        curl -b "sid={k}" x
        curl --cookie "JSESSIONID={h}" x
        curl -d "username=bob&password={p}" x
        curl -d '{"username":"bob","password":"{p}"}' x
        curl -d "grant_type=client_credentials&client_id=x&client_secret={k}" x
        curl -X POST --data-urlencode "password={p}" x
        curl "https://x?api_key={k}"
        curl "https://x?access_token={k}&a=1"
        http POST x password={p}
        http x "Authorization: Bearer {k}"
        httpie x X-Api-Key:{k}
        telegram-send --token {k}
        twilio login --auth-token {h}
        stripe listen --api-key {k}
        ngrok authtoken {k}
        ngrok config add-authtoken {k}
        tailscale up --authkey {k}
        tailscale up --auth-key={k}
        cloudflared tunnel run --token {k}
        k6 cloud login --token {k}
        newman run x --env-var token={k}
        eas login -u a -p {p}
        fastlane run x password:{p}
        fastlane match --git_basic_authorization {b}
        xcrun altool -u a -p {p}
        xcrun notarytool submit --password {p}
        signtool sign /f x.pfx /p {p} y.exe
        certutil -p {p} -importpfx x
        security import x.p12 -P {p}
        mc alias set m http://h:9000 admin {p}
        s3cmd --access_key=A --secret_key={k} ls
        s3cmd --secret_key {k} ls
        ossutil config -k {k}
        gsutil -o "Credentials:gs_secret_access_key={s}" ls
        skopeo copy --src-creds bob:{p} a b
        skopeo inspect --creds bob:{p} x
        crane auth login reg -u u -p {p}
        oras login -u u -p {p} r
        cosign login r -u u -p {p}
        trivy image --username u --password {p} x
        jf config add x --user u --password {p}
        jf rt config --apikey={k}
        nexus-cli --password {p}
        mix hex.user auth --key {k}
        mix hex.organization auth x --key {k}
        """;
}
