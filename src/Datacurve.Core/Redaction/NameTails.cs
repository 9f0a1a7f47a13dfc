namespace Datacurve.Core.Redaction;

/// <summary>
/// What names end in that tells one of several values of a name: its form, where it is used, its version.
/// </summary>
internal static class NameTails
{
    public static readonly string[] Words =
    [
        "value",
        "val",
        "prod",
        "production",
        "dev",
        "test",
        "testing",
        "staging",
        "stage",
        "live",
        "env",
        "str",
        "string",
        "text",
        "plain",
        "plaintext",
        "raw",
        "default",
        "old",
        "new",
        "current",
        "b64",
        "base64",
        "encoded",
        "main",
        "primary",
        "secondary",
        "confirm",
        "confirmation",
        "again",
        "repeat",
        "private",
        "client",
        "sandbox",
        "prd",
        "qa",
        "uat",
        "next",
        "previous",
        "backup",
        "global",
        "eu",
        "us",
        "uk",
    ];
}
