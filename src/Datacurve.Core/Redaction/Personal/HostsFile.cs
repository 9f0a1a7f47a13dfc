namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Machines behind their address in <c>/etc/hosts</c>, where all of a line is an address and names:
/// <c>10.4.0.17  db-7.corp.name.net db-7</c>.
/// </summary>
internal static class HostsFile
{
    private const int NamesMax = 4;

    /// <param name="text">The piece.</param>
    /// <param name="found">Has the addresses already, and takes the machines.</param>
    public static void Find(ReadOnlySpan<char> text, List<Found> found)
    {
        if (Address(found) is not { } address)
            return;
        var rest = text[address.End..];
        var comment = rest.IndexOf('#');
        rest = (comment < 0 ? rest : rest[..comment]).TrimEnd();
        if (rest.IsEmpty || rest[0] is not (' ' or '\t'))
            return;
        Span<Range> names = stackalloc Range[NamesMax + 1];
        var count = rest.SplitAny(names, " \t", StringSplitOptions.RemoveEmptyEntries);
        if (count is 0 or > NamesMax)
            return;
        foreach (var name in names[..count])
            if (
                !char.IsAsciiLetterLower(rest[name][0])
                || rest[name].ContainsAnyExcept(SaidHosts.NameChars)
                || rest[name].ContainsAnyInRange('A', 'Z')
            )
                return;
        foreach (var name in names[..count])
            if (rest[name].ContainsAny(SaidHosts.OwnNameChars))
            {
                var (start, length) = name.GetOffsetAndLength(rest.Length);
                Hosts.Add(text, address.End + start, address.End + start + length, found);
            }
    }

    private static Found? Address(List<Found> found)
    {
        foreach (var one in found)
            if (one is { Start: 0, Label: "ip" })
                return one;
        return null;
    }
}
