namespace Datacurve.Core.Redaction.Names;

/// <summary>
/// What names end in that tells one of several values of a name: its form, where it is used, its version,
/// whose it is.
/// </summary>
internal static class NameTails
{
    /// <summary>
    /// Where it is used, and which of several it is. Of a dotted name they may be a part of their own.
    /// </summary>
    public static readonly string[] Instances =
    [
        "prod",
        "production",
        "dev",
        "staging",
        "stage",
        "live",
        "old",
        "new",
        "current",
        "main",
        "primary",
        "secondary",
        "sandbox",
        "prd",
        "qa",
        "uat",
        "next",
        "previous",
        "backup",
        "eu",
        "us",
        "uk",
    ];

    public static readonly string[] Words =
    [
        .. Instances,
        "value",
        "val",
        "test",
        "testing",
        "env",
        "str",
        "string",
        "text",
        "plain",
        "plaintext",
        "raw",
        "default",
        "b64",
        "base64",
        "encoded",
        "confirm",
        "confirmation",
        "again",
        "repeat",
        "private",
        "client",
        "global",
        "aws",
        "azure",
        "cloudflare",
        "github",
        "gitlab",
        "huawei",
        "tencent",
        "alibaba",
        "gcp",
        "bazy",
        "banco",
        "mongodb",
        "openai",
        "scaleway",
        "sendgrid",
        "slack",
        "stripe",
        "twilio",
    ];
}
