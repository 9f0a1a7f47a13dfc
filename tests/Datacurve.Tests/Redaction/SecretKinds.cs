using System.Text;
using System.Text.RegularExpressions;

namespace Datacurve.Tests.Redaction;

/// <summary>
/// What the secrets of providers look like, written from their documentation and not from the rules: fixed
/// text, then runs of an alphabet (<c>A</c> letters and digits, <c>w</c> those with - and _, <c>h</c> hex,
/// <c>l</c> lower case and digits, <c>U</c> upper case and digits, <c>d</c> digits, <c>B</c> base64).
/// A third column is the name that such a value goes by, where the value alone says nothing.
/// </summary>
internal sealed partial record SecretKind(string RuleId, string Shape, string? Name)
{
    private const string Table = """
        aws-access-key-id AKIA{U16}
        aws-secret-access-key {B40} AWS_SECRET_ACCESS_KEY
        google-api-key AIza{w35}
        google-oauth-client-secret GOCSPX-{w28}
        google-oauth-access-token ya29.{w120}
        google-oauth-refresh-token 1//0{w60}
        azure-storage-account-key {A86}== AccountKey
        azure-client-secret {A3}8Q~{A34}
        azure-devops-token {A76}AZDO{A4}
        azure-function-key {A44}AzFu{A5}Q==
        azure-search-key {A42}AzSe{A6}
        digitalocean-personal-token dop_v1_{h64}
        digitalocean-oauth-token doo_v1_{h64}
        digitalocean-refresh-token dor_v1_{h64}
        alibaba-access-key-id LTAI{A20}
        tencent-secret-id AKID{A32}
        scaleway-access-key SCW{U17}
        heroku-api-key HRKU-AA{w58}
        heroku-api-key-old {h8}-{h4}-{h4}-{h4}-{h12} HEROKU_API_KEY
        linode-token {h64} LINODE_TOKEN
        hetzner-token {A64} HCLOUD_TOKEN
        yandex-api-key AQVN{w36}
        flyio-token fm2_{A120}
        netlify-token nfp_{A36}
        vercel-token-old {A24} VERCEL_TOKEN
        render-api-key rnd_{A28}
        cloudflare-api-token {w40} CLOUDFLARE_API_TOKEN
        cloudflare-origin-ca-key v1.0-{h24}-{h146}
        fastly-api-token {w32} FASTLY_API_TOKEN
        openshift-token sha256~{w43}
        pulumi-token pul-{h40}
        terraform-cloud-token {A14}.atlasv1.{A67}
        vault-service-token hvs.{A90}
        vault-batch-token hvb.{A140}
        doppler-personal-token dp.pt.{A43}
        doppler-service-token dp.st.prd.{A43}
        doppler-cli-token dp.ct.{A43}
        infracost-api-key ico-{A32}
        prefect-api-key pnu_{A36}
        tailscale-key tskey-auth-{A14}-{A32}
        onepassword-service-token ops_eyJ{A250}
        age-secret-key AGE-SECRET-KEY-1{U58}
        databricks-token dapi{h32}
        planetscale-token pscale_tkn_{A43}
        planetscale-password pscale_pw_{A43}
        planetscale-oauth-token pscale_oauth_{A43}
        supabase-token sbp_{h40}
        supabase-secret-key sb_secret_{w31}
        neon-api-key napi_{l64}
        mongodb-atlas-secret mdb_sa_sk_{A40}
        clickhouse-cloud-key 4b1d{A38}
        aiven-password AVNS_{A19}
        algolia-api-key {h32} ALGOLIA_ADMIN_KEY
        github-pat ghp_{A36}
        github-fine-grained-pat github_pat_{A22}_{A59}
        github-oauth-token gho_{A36}
        github-app-user-token ghu_{A36}
        github-app-server-token ghs_{A36}
        github-refresh-token ghr_{A76}
        gitlab-pat glpat-{w20}
        gitlab-deploy-token gldt-{w20}
        gitlab-runner-token glrt-{w20}
        gitlab-ci-job-token glcbt-{h2}_{w20}
        gitlab-trigger-token glptt-{h40}
        gitlab-feed-token glft-{w20}
        gitlab-mail-token glimt-{w25}
        gitlab-agent-token glagent-{w50}
        gitlab-oauth-secret gloas-{h64}
        gitlab-scim-token glsoat-{w20}
        gitlab-feature-flags-token glffct-{w20}
        gitlab-runner-registration GR1348941{w20}
        bitbucket-app-password ATBB{A32}
        bitbucket-access-token ATCTT3xFfG{w160}
        atlassian-api-token ATATT3xFfG{w180}
        sourcegraph-token sgp_{h40}
        circleci-personal-token CCIPAT_{A22}_{h40}
        circleci-project-token CCIPRJ_{A22}_{h40}
        buildkite-api-token bkua_{h40}
        octopus-deploy-key API-{U26}
        jenkins-api-token 11{h32} JENKINS_API_TOKEN
        codecov-token {h8}-{h4}-{h4}-{h4}-{h12} CODECOV_TOKEN
        sonar-token sqp_{h40}
        snyk-token {h8}-{h4}-{h4}-{h4}-{h12} SNYK_TOKEN
        slack-bot-token xoxb-{d12}-{d13}-{A24}
        slack-user-token xoxp-{d12}-{d12}-{d12}-{h32}
        slack-app-token xapp-1-A{U10}-{d13}-{h64}
        slack-webhook https://hooks.slack.com/services/T{U8}/B{U10}/{A24}
        discord-webhook https://discord.com/api/webhooks/{d18}/{w68}
        telegram-bot-token {d10}:AA{w33}
        twilio-api-key SK{h32}
        twilio-auth-token {h32} TWILIO_AUTH_TOKEN
        mattermost-token {l26} MATTERMOST_TOKEN
        sendgrid-api-key SG.{w22}.{w43}
        mailgun-api-key key-{h32}
        mailchimp-api-key {h32}-us14
        brevo-api-key xkeysib-{h64}-{A16}
        brevo-smtp-key xsmtpsib-{h64}-{A16}
        resend-api-key re_{A8}_{A24}
        mailersend-token mlsn.{h64}
        postmark-server-token {h8}-{h4}-{h4}-{h4}-{h12} POSTMARK_SERVER_TOKEN
        stripe-live-key sk_live_{A24}
        stripe-test-key sk_test_{A99}
        stripe-webhook-secret whsec_{A32}
        square-access-token sq0atp-{w22}
        square-oauth-secret sq0csp-{w43}
        braintree-access-token access_token$production${l16}${h32}
        plaid-access-token access-sandbox-{h8}-{h4}-{h4}-{h4}-{h12}
        razorpay-key rzp_live_{A14}
        shopify-access-token shpat_{h32}
        shopify-custom-app-token shpca_{h32}
        shopify-private-app-password shppa_{h32}
        shopify-shared-secret shpss_{h32}
        flutterwave-secret-key FLWSECK_TEST-{h32}-X
        mollie-api-key live_{A30} MOLLIE_API_KEY
        duffel-token duffel_live_{w43}
        easypost-key EZAK{A54}
        shippo-token shippo_live_{h40}
        openai-api-key-old sk-{A20}T3BlbkFJ{A20}
        openai-project-key sk-proj-{w120}
        openai-service-key sk-svcacct-{w120}
        anthropic-api-key sk-ant-api03-{w93}AA
        sk-api-key sk-{h32}
        openrouter-api-key sk-or-v1-{h64}
        langfuse-secret-key sk-lf-{h8}-{h4}-{h4}-{h4}-{h12}
        huggingface-token hf_{A34}
        replicate-token r8_{A37}
        groq-api-key gsk_{A52}
        perplexity-api-key pplx-{A48}
        xai-api-key xai-{A80}
        elevenlabs-api-key sk_{h48}
        together-api-key tgp_v1_{w43}
        langsmith-api-key lsv2_pt_{h32}_{h10}
        pinecone-api-key pcsk_{A6}_{A60}
        jina-api-key jina_{A60}
        tavily-api-key tvly-dev-{A32}
        nvidia-api-key nvapi-{w64}
        cerebras-api-key csk-{l48}
        wandb-api-key {h40} WANDB_API_KEY
        npm-token npm_{A36}
        pypi-token pypi-AgEIcHlwaS5vcmc{w150}
        rubygems-key rubygems_{h48}
        nuget-api-key oy2{l43}
        crates-io-token cio{A32}
        docker-hub-pat dckr_pat_{w27}
        docker-hub-oat dckr_oat_{w32}
        clojars-token CLOJARS_{l60}
        jfrog-api-key AKCp{A69}
        datadog-key {h32} DD_API_KEY
        newrelic-user-key NRAK-{U27}
        newrelic-license-key {h36}NRAL
        sentry-user-token sntryu_{h64}
        sentry-org-token sntrys_eyJ{A120}
        grafana-service-token glsa_{A32}_{h8}
        grafana-cloud-token glc_eyJ{A100}
        dynatrace-token dt0c01.{U24}.{U64}
        honeycomb-key hcaik_{l58}
        rollbar-token {h32} ROLLBAR_ACCESS_TOKEN
        splunk-hec-token {h8}-{h4}-{h4}-{h4}-{h12} SPLUNK_HEC_TOKEN
        posthog-personal-key phx_{A43}
        axiom-token xaat-{h8}-{h4}-{h4}-{h4}-{h12}
        wakatime-key waka_{h8}-{h4}-{h4}-{h4}-{h12}
        notion-token ntn_{A46}
        linear-api-key lin_api_{A40}
        clickup-token pk_{d8}_{U32}
        airtable-token pat{A14}.{h64} AIRTABLE_TOKEN
        figma-token figd_{w40}
        typeform-token tfp_{A44}
        contentful-token CFPAT-{w43}
        hubspot-token pat-na1-{h8}-{h4}-{h4}-{h4}-{h12}
        frameio-token fio-u-{w64}
        dropbox-token sl.{w130}
        readme-api-key rdme_{l70}
        postman-api-key PMAK-{h24}-{h34}
        okta-token 00{w40} OKTA_TOKEN
        maxmind-license {A6}_{A29}_mmk
        adafruit-key aio_{A28}
        facebook-access-token EAAC{A150}
        twitter-bearer-token AAAAAAAAAAAAAAAAAAAAA{A80}
        json-web-token eyJ{w30}.eyJ{w80}.{w43}
        """;

    public static IReadOnlyList<SecretKind> All { get; } =
    [
        .. $"{Table}\n{NewerTable}"
            .Split('\n')
            .Select(line => line.Split(' '))
            .Select(columns => new SecretKind(columns[0], columns[1], columns.ElementAtOrDefault(2))),
    ];

    public string Make(Planted planted) =>
        Run()
            .Replace(
                Shape.Replace("{q}", "{1}{2}{3}{4}", StringComparison.Ordinal),
                run =>
                    char.IsAsciiDigit(run.Value[1])
                        ? planted.Of(DigitsInBase64[run.Value[1] - '1'], 1)
                        : planted.Of(Alphabet(run.Value[1]), int.Parse(run.Value[2..^1]))
            );

    private static string Alphabet(char name) =>
        name switch
        {
            'A' => Upper + Lower + Digits,
            'w' => Upper + Lower + Digits + "_-",
            'h' => Digits + "abcdef",
            'l' => Lower + Digits,
            'U' => Upper + Digits,
            'H' => Digits + "ABCDEF",
            'z' => "023456789acdefghjklmnpqrstuvwxyz",
            'd' => Digits,
            _ => Upper + Lower + Digits + "/+",
        };

    // What the four characters of three digits in base64 may be.
    private static readonly string[] DigitsInBase64 = ["MNO", "DTjz", "AEIMQUYcgk", "wxyz012345"];

    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    [GeneratedRegex("{[A-Za-z][0-9]+}|{[1-4]}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Run();
}
