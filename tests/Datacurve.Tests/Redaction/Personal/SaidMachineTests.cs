using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction.Personal;

/// <summary>Machines, phones and cards behind what only they stand behind.</summary>
public sealed class SaidMachineTests
{
    private readonly Redactor _redactor = Planted.NewRedactor();

    [Theory]
    [InlineData("Running on {0} in /var/jenkins/workspace/api")]
    [InlineData("ok: [{0}]")]
    [InlineData("changed: [{0}] => (item=nginx)")]
    [InlineData("fatal: [{0}]: UNREACHABLE! => {{\"changed\": false}}")]
    [InlineData("ok: [{0} -> localhost]")]
    [InlineData("127.0.1.1\t{0}")]
    [InlineData("127.0.1.1  {0}")]
    [InlineData("10.4.0.17  {0}")]
    [InlineData("10.4.0.17\tcache.acme-freight.net {0}  # the old one")]
    public void A_machine_is_found_whatever_it_is_called(string line)
    {
        foreach (
            var name in (string[])
                [
                    "jump-prod-09",
                    "vasquez-laptop88",
                    "jump20.vandermeer.lan",
                    "ip-10-158-54-91.eu-west-1.compute.internal",
                    "nas-23.prod.acme-freight.net",
                ]
        )
            Goes(line, name);
    }

    [Theory]
    [InlineData("Connection to {0} closed.", "build-04")]
    [InlineData("getaddrinfo ENOTFOUND {0}", "vpn-prod-80")]
    [InlineData("Error: getaddrinfo ENOTFOUND {0}", "db26.oconnell.lan")]
    [InlineData("getaddrinfo ENOTFOUND {0}", "ip-10-233-48-7.eu-west-1.compute.internal")]
    [InlineData("level=info host={0} msg=\"started\"", "jump-24.int.acme-freight.net")]
    [InlineData("level=info host={0} msg=\"started\"", "underhill-laptop49")]
    [InlineData("ComputerName      : {0}", "db25.gallagher.lan")]
    [InlineData("  - {0}", "ip-10-158-54-91.eu-west-1.compute.internal")]
    [InlineData("    inet {0}/24 brd 218.42.26.255 scope global eth0", "218.42.26.80")]
    [InlineData("ip addr add {0}/20 dev eth0", "10.34.7.150")]
    [InlineData("ERROR dial tcp: lookup {0}: no such host", "api9.nordfisk.internal")]
    [InlineData("{0}", "build1.nordfisk.internal")]
    [InlineData("authors = [{{ name = \"{0}\", email = \"p@acme-freight.net\" }}]", "Priya Lindqvist")]
    [InlineData("<a href=\"tel:{0}\">call</a>", "07463725760")]
    [InlineData("<a href=\"tel:{0}\">call</a>", "01713752421")]
    [InlineData("to_number = \"{0}\"", "030/22744806")]
    [InlineData("from_number: '{0}',", "030/22744806")]
    [InlineData("cardnumber={0}&exp=1227", "4929+7226+5379+7141")]
    public void So_is_what_a_word_announces(string line, string value) => Goes(line, value);

    [Theory]
    [InlineData("Running on Jenkins in /var/jenkins_home/workspace/api")]
    [InlineData("Running on http://localhost:5000 in debug mode")]
    [InlineData("ok: [localhost]")]
    [InlineData("fatal: [the tree is dirty]")]
    [InlineData("127.0.1.1 - - [28/Nov/2026] \"GET /\"")]
    [InlineData("getaddrinfo ENOTFOUND api.github.com")]
    [InlineData("getaddrinfo ENOTFOUND postgres")]
    [InlineData("level=info host=redis port=6379")]
    [InlineData("Connection to server closed.")]
    [InlineData("Requests the connection to be closed.")]
    [InlineData("Connection to ssh.github.com closed by remote host.")]
    [InlineData("Warning: Permanently added 'github.com' (ED25519) to the list of known hosts.")]
    [InlineData("ip route add 218.42.26.0/24 via eth0")]
    [InlineData("LOGNAME=$USER")]
    [InlineData("diff -rc bash-1.14.2/bashline.c bash-1.14.2.local/bashline.c")]
    [InlineData("127.0.0.1 localhost db-7")]
    [InlineData("root     pts/0        2026-11-30 10:11")]
    [InlineData("crw--w---- 1 root tty 136, 0 Nov 30 10:11 pts/0")]
    [InlineData("open /dev/pts/0 in pts/1 of the container")]
    [InlineData("Reviewed-by: the people of the list")]
    [InlineData("Tested-by: yourself")]
    [InlineData("2026-11-30 10:11:12 order=4659637320246106 frame qty=86")]
    [InlineData("[sudo] password for root:")]
    [InlineData("SELECT TO_NUMBER('01234567890') FROM dual")]
    [InlineData("x = 4929+7226+5379")]
    public void What_is_nobodys_stays(string line) =>
        Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));

    private void Goes(string line, string value) =>
        Assert.DoesNotContain(
            value,
            _redactor.Redact(string.Format(line, value), _redactor.NewReport()),
            StringComparison.Ordinal
        );
}
