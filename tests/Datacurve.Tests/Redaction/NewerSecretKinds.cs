namespace Datacurve.Tests.Redaction;

internal sealed partial record SecretKind
{
    // What providers have come to give out since forms with a prefix of their own are the custom, and what
    // was found to be missing; q is three digits in base64.
    private const string NewerTable = """
        aws-bedrock-api-key ABSK{B120}
        aws-bedrock-short-term-key bedrock-api-key-{A120}
        google-gemini-key AQ.Ab8RN6{w44}
        google-hmac-key-id GOOG1E{U55}
        azure-identifiable-key {A52}JQQJ99{U10}{A12}ABACOG{A4}
        digitalocean-spaces-key DO00{U16}
        volcengine-access-key AKLT{A44}
        baidu-cloud-key bce-v3/ALTAK-{A21}/{h40}
        exoscale-key EXO{h24}
        upcloud-token ucat_01{U24}
        backblaze-key K005{B26}x
        yandex-oauth-token y0_AgAAAA{A50}
        netlify-token nfc_{A36}
        vercel-token vcp_{A56}
        vercel-blob-token vercel_blob_rw_{A16}_{A30}
        cloudflare-token cfut_{A40}{h8}
        cloudflare-token cfat_{A40}{h8}
        heroku-api-key HRKU-{h8}-{h4}-{h4}-{h4}-{h12}
        tigris-secret tsec_{A48}
        netbird-token nbp_{A36}
        docker-swarm-token SWMTKN-1-{l50}-{l25}
        rancher-token token-{l5}:{l54}
        portainer-token ptr_{A43}=
        k3s-token K10{h64}::server:{h32}
        kubeadm-token {l6}.{l16} BOOTSTRAP_TOKEN
        infisical-service-token st.{h24}.{h32}.{h32} INFISICAL_TOKEN
        permit-key permit_key_{A64}
        inngest-signing-key signkey-prod-{h64}
        trigger-dev-key tr_prod_{A24}
        neon-password npg_{A12}
        xata-key xau_{A43}
        astra-token AstraCS:{A24}:{h64}
        cockroach-key CCDB1_{A22}_{A40}
        databricks-oauth-secret dose{h32}
        tinybird-token p.eyJ{A120}.{A43}
        turbopuffer-key tpuf_{A32}
        gitlab-pat glpat-{A27}.{h2}.{l9}
        gitlab-runner-token glrt-t1_{A27}.{h2}.{l9}
        gitlab-workspace-token glwt-{A20}
        jetbrains-token perm-{A24}.{A8}.{A36}
        codesandbox-token csb_v1_{A43}
        gitpod-token gitpod_pat_{A43}.{A43}
        buildkite-token bkct_{A50}
        snyk-platform-token snyk_uat.{h8}.{A60}.{A30}
        depot-token depot_org_{A40}
        chromatic-token chpt_{h24}
        slack-workflow-token xwfp-{d12}-{d12}-{A24}
        discord-bot-token MTA5{q}{q}{q}{q}{q}.G{A5}.{A38}
        discord-user-token mfa.{A84}
        discord-webhook https://ptb.discord.com/api/v10/webhooks/{d19}/{A68}
        lark-webhook https://open.feishu.cn/open-apis/bot/v2/hook/{h8}-{h4}-{h4}-{h4}-{h12}
        dingtalk-webhook https://oapi.dingtalk.com/robot/send?access_token={h64}
        wecom-webhook https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={h8}-{h4}-{h4}-{h4}-{h12}
        ntfy-token tk_{l29}
        n8n-api-key n8n_api_{h64}
        onesignal-key os_v2_app_{l103}
        klaviyo-key pk_{h34}
        nylas-key nyk_v0_{A64}
        shopify-user-token shpua_{h32}
        xendit-key xnd_production_{A60}
        midtrans-key Mid-server-{A24}
        mercadopago-token APP_USR-{d16}-{d6}-{h32}-{d9}
        polar-token polar_oat_{A43}
        checkout-key sk_sbox_{l27}
        omise-key skey_test_{l19}
        asaas-key $aact_{A80}
        brex-token bxt_{A36}
        secret-token-uri secret-token:{A44}
        klarna-key klarna_test_api_{A60}
        cashfree-secret cfsk_ma_prod_{h32}_{h8}
        openai-session sess-{A40}
        sk-vendor-key sk-kimi-{A48}
        helicone-key sk-helicone-{l7}-{l7}-{l7}-{l7}
        letta-key sk-let-{A60}
        llamacloud-key llx-{A48}
        runpod-key rpa_{U43}
        modal-token as-{A22} MODAL_TOKEN_SECRET
        anyscale-key esecret_{A28}
        wandb-token wandb_v1_{A77}
        apify-token apify_api_{A36}
        browserbase-key bb_live_{A27}
        mem0-key m0-{A40}
        cursor-key key_{h64}
        context7-key ctx7sk-{h8}-{h4}-{h4}-{h4}-{h12}
        cartesia-key sk_car_{A24}
        logfire-token pylf_v1_us_{A43}
        amp-token sgamp_user_{A60}
        valtown-token vtwn_{A32}
        crates-io-publish-token cio_tp_{A40}
        deno-deploy-token ddp_{A36}
        deno-deploy-token ddo_{A36}
        openvsx-token ovsxp_{h8}-{h4}-{h4}-{h4}-{h12}
        wasmer-token wap_{h64}
        packagist-token packagist_ora_{h68}
        jsr-token jsrp_{A40}
        datadog-token ddapi_{A34}
        datadog-token ddapp_{A34}
        newrelic-admin-key NRAA-{h27}
        posthog-key phc_{A43}
        posthog-key phs_{A43}
        checkly-key cu_{h32}
        statsig-key secret-{A43}
        configcat-key configcat-sdk-1/{A22}/{A22}
        rootly-key rootly_{h64}
        segment-token sgp_{A64}
        ramp-secret ramp_sec_{A48}
        mandrill-key md-{A22} MANDRILL_API_KEY
        voyage-api-key pa-{w43} VOYAGE_API_KEY
        mailjet-key {h32} MJ_APIKEY_PRIVATE
        unleash-token default:production.{h56}
        devcycle-key dvc_server_{h8}_{h4}_{h4}_{h4}_{h12}_{h6}
        growthbook-key secret_readonly_{A43}
        firehydrant-token fhb-{h32}
        ory-token ory_pat_{A32}
        unkey-key unkey_{A24}
        turnstile-secret 0x4AAAAAAA{A27}
        firebase-server-key AAAA{A7}:APA91b{A134}
        appwrite-key standard_{h256}
        jumpcloud-key jca_{A36}
        liveblocks-key sk_prod_{A64}
        zoho-token 1000.{h32}.{h32}
        close-key api_{A22}.{A22}
        overleaf-token olp_{A36}
        kaggle-token KGAT_{h32}
        dbt-cloud-token dbtc_{A36}
        retool-token retool_01{l26}
        samsara-token samsara_api_{A30}
        calcom-key cal_live_{h32}
        imagekit-key private_{A27}=
        canva-secret cnvca{A50}
        riot-key RGAPI-{h8}-{h4}-{h4}-{h4}-{h12}
        amazon-login-secret amzn1.oa2-cs.v1.{h64}
        amazon-login-token Atzr|IwEBI{A300}
        pinterest-token pina_{A60}
        ghost-admin-key {h24}:{h64} GHOST_ADMIN_KEY
        private-key-base64 LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQ{A800}
        azure-cache-key {B33}AzCaC{A5}=
        upstash-token A{A3}AAIncD{A50}
        checkout-key-old sk_{h8}-{h4}-{h4}-{h4}-{h12}
        live-key live_{A40}
        akamai-token akab-{l16}-{l16}
        aws-appsync-key da2-{l26}
        brave-search-key BSA{A28}
        airtable-key-old key{A14} AIRTABLE_API_KEY
        openweather-key {h32} OPENWEATHER_APPID
        secret-in-context {h8}-{h4}-{h4}-{h4}-{h12} CLIENT_SECRET
        secret-in-context {h8}-{h4}-{h4}-{h4}-{h12} SERVICE_API_KEY
        etsy-shared-secret {l10} ETSY_SHARED_SECRET
        shopify-partners-token prtapi_{h32}
        photoroom-api-key sk_pr_shop_{h40}
        spectral-api-key spu-{h32}
        nostr-secret-key nsec1{z58}
        grub-password-hash grub.pbkdf2.sha512.10000.{H128}.{H128}
        portable-password-hash $P$B{A30}
        signify-secret-key RWRCSwAAAAB{B128}A=
        signify-secret-key RWRTY0Iy{B150}A=
        paseto-token v2.local.{w120}
        django-insecure-key django-insecure-{l50}
        aspnet-protected-payload CfDJ8{w150}
        laravel-cookie eyJpdiI6I{A200}%3D
        flask-session .eJw{w60}.{w6}.{w27}
        express-session s%3A{w32}.{A43}
        datacurve-api-key dck_{h12}_{h48}
        """;
}
