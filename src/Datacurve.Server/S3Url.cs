using System.Text.RegularExpressions;

namespace Datacurve.Server;

/// <summary>
/// <c>s3://BUCKET</c> or <c>s3://BUCKET/PREFIX</c>. A prefix is of letters, digits and <c>-_.</c> in parts
/// between slashes; it is given back with one slash at its end, empty where there is none.
/// </summary>
internal static partial class S3Url
{
    public static bool TryParse(string text, out string bucket, out string prefix)
    {
        var match = Pattern().Match(text);
        bucket = match.Groups["bucket"].Value;
        prefix = match.Groups["prefix"].Value.TrimEnd('/');
        prefix = prefix.Length > 0 ? prefix + "/" : prefix;
        return match.Success;
    }

    [GeneratedRegex(
        """^s3://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/(?<prefix>([A-Za-z0-9_-][A-Za-z0-9_.-]{0,254}(/|\z)){0,8}))?\z""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Pattern();
}
