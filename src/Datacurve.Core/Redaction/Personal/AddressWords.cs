using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>Words around numbers with dots that say whether they are an address.</summary>
internal static class AddressWords
{
    /// <summary>They say it from some words away.</summary>
    public static readonly SearchValues<string> Around = SearchValues.Create(
        [
            "addr",
            "host",
            "server",
            "client",
            "peer",
            "remote",
            "gateway",
            "subnet",
            "netmask",
            "proxy",
            "proxies",
            "listen",
            "connect",
            "reconnect",
            "ping",
            "icmp",
            "ssh",
            "scp",
            "rsync",
            "curl",
            "wget",
            "telnet",
            "nmap",
            "traceroute",
            "nslookup",
            "dig ",
            "nc ",
            "http",
            "port",
            "router",
            "route",
            "dhcp",
            "dns",
            "socket",
            "bind",
            "inet",
            "network",
            "endpoint",
            "interface",
            "eth0",
            "wlan",
            "firewall",
            "ip",
            "ipv4",
            "src",
            "dst",
            "source",
            "destination",
            "login",
            "sshd",
            "trying",
            "reply",
            "forwarded",
            "upstream",
            "broadcast",
            "tcp",
            "udp",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>They stand directly before an address, and nothing else with dots has their name.</summary>
    public static readonly SearchValues<string> Keys = SearchValues.Create(
        [
            "ip",
            "addr",
            "host",
            "server",
            "client",
            "peer",
            "remote",
            "gateway",
            "dns",
            "nameserver",
            "src",
            "dst",
            "ssh",
            "ping",
            "connect",
            "endpoint",
            "listen",
            "inet",
            "proxy",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>They stand before addresses, and before versions where a word says that it is one.</summary>
    public static readonly SearchValues<string> Prepositions = SearchValues.Create(
        ["from ", "to ", "at ", "on ", "via ", "by ", "for ", "-h ", "-s ", "-d "],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>They speak of versions.</summary>
    public static readonly SearchValues<string> Versions = SearchValues.Create(
        [
            "version",
            "release",
            "upgrade",
            "downgrade",
            "update",
            "bump",
            "require",
            "deps",
            "depend",
            "v8",
            "package",
            "build",
            "sdk",
            "driver",
            "firmware",
            "revision",
            "chapter",
            "section",
            "changelog",
            "nuget",
            "assembly",
            "oid",
            "objectidentifier",
            "resolved",
            "requested",
            "install",
            "redistributable",
            "ver.",
            "ver ",
            "prepar",
            "maintenance",
            "merged",
            "patch",
        ],
        StringComparison.OrdinalIgnoreCase
    );
}
