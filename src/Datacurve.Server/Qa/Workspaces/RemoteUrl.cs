using System.Text.RegularExpressions;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// The address of a repository as a trace gives it, of a kind that may be fetched: https, ssh, or, where the
/// operator allows it, this machine. <see cref="Display"/> is without credentials.
/// </summary>
internal sealed partial record RemoteUrl
{
    private const int CharsMax = 2048;

    private RemoteUrl(string value, string protocol, string display) =>
        (Value, Protocol, Display) = (value, protocol, display);

    public string Value { get; }

    /// <summary>The protocol by git's name.</summary>
    public string Protocol { get; }
    public string Display { get; }

    /// <exception cref="NotReproducibleException">Another kind of address, or one that git would
    /// misread.</exception>
    public static RemoteUrl Parse(string text, bool allowFile)
    {
        if (text.Length is 0 or > CharsMax || text[0] == '-' || text.Any(c => char.IsControl(c) || c == ' '))
            throw new NotReproducibleException("the remote_url is not an address");
        if (text.StartsWith('/') || text.StartsWith("file:///", StringComparison.Ordinal))
            return allowFile
                ? new RemoteUrl(text, "file", text)
                : throw new NotReproducibleException("the remote_url is a path of another machine");
        if (ScpForm().IsMatch(text))
            return new RemoteUrl(text, "ssh", text[(text.IndexOf('@') + 1)..]);
        if (
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && text.StartsWith(uri.Scheme + "://", StringComparison.OrdinalIgnoreCase)
            && uri is { Scheme: "https" or "ssh", Host.Length: > 0 }
            && uri.Host[0] != '-'
        )
            return new RemoteUrl(text, uri.Scheme, $"{uri.Scheme}://{uri.Authority}{uri.AbsolutePath}");
        throw new NotReproducibleException("the remote_url is neither https nor ssh");
    }

    /// <summary>Text without the user, password and query of any URL in it.</summary>
    public static string Redact(string text) => Query().Replace(Credentials().Replace(text, "://"), "");

    // The record's own form would print the credentials.
    public override string ToString() => Display;

    [GeneratedRegex(@"^[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^:\-][^:]*$", RegexOptions.None, 1000)]
    private static partial Regex ScpForm();

    [GeneratedRegex(@"://[^/\s]*@", RegexOptions.None, 1000)]
    private static partial Regex Credentials();

    [GeneratedRegex(@"(?<=://[^\s?']*)\?[^\s']*", RegexOptions.None, 1000)]
    private static partial Regex Query();
}
