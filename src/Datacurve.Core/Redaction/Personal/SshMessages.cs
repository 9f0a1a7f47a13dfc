namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Machines that OpenSSH's client names: <c>Connection to … closed.</c>, <c>The authenticity of host '…'
/// can't be established</c> and <c>Permanently added '…'</c>. It says the same of public servers, which stay.
/// </summary>
internal static class SshMessages
{
    /// <summary>Whether the words that announce a machine are of such a message.</summary>
    public static bool Knows(ReadOnlySpan<char> word) => word[^1] == '\'' || IsOfEnd(word);

    /// <summary>Finds the machine.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="end">Where the words before it end.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        var isOfEnd = IsOfEnd(text[..end]);
        if (!isOfEnd && end < text.Length && text[end] == '[')
            end++;
        var stop = end;
        while (
            stop < text.Length
            && stop - end < SaidHosts.NameCharsMax
            && SaidHosts.NameChars.Contains(text[stop])
        )
            stop++;
        var rest = text[stop..];
        var isSaid = isOfEnd
            ? rest.StartsWith(" closed")
            : rest.StartsWith("'") || rest.StartsWith("]:") || rest.StartsWith(" (") || rest.StartsWith(",");
        if (isSaid && stop > end && IsOwn(text[end..stop], mayBeWord: isOfEnd))
            Hosts.Add(text, end, stop, found);
    }

    private static bool IsOfEnd(ReadOnlySpan<char> word) =>
        word.EndsWith("onnection to ", StringComparison.OrdinalIgnoreCase);

    // A name without a domain is one of the own network, if it is no word ("Connection to server closed.");
    // web-07.prod.name.com is one machine of many.
    private static bool IsOwn(ReadOnlySpan<char> host, bool mayBeWord) =>
        host.IndexOf('.') is var dot && dot < 0
            ? !mayBeWord || host.ContainsAny(SaidHosts.OwnNameChars)
            : SaidHosts.IsSomebodys(host) || host.Count('.') > 1 && host[..dot].ContainsAnyInRange('0', '9');
}
