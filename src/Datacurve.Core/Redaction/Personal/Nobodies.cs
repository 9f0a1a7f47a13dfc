namespace Datacurve.Core.Redaction.Personal;

/// <summary>Names of users and machines that are nobody's: of systems, of builds, and of examples.</summary>
internal static class Nobodies
{
    private const string Words =
        "user username users me you name yourname your-user your_user root runner runneradmin node vscode "
        + "circleci ubuntu debian ec2-user centos admin administrator codespace coder gitpod vagrant pi "
        + "jovyan app appuser git jenkins travis build builder linuxbrew default public shared all guest "
        + "someuser someone somebody foo bar test tester testuser nobody www-data postgres deploy ci docker "
        + "developer dev work project projects src index login page about contact dashboard settings "
        + "profile home main news help static assets images img css js example demo xxx site web www data "
        + "lib usr container oracle hadoop spark airflow jboss tomcat mambauser nonroot steam "
        + "containeradministrator node_modules nodeuser exampleuser example-user myuser my-user my_user "
        + "myself mylogin johndoe john.doe janedoe jane.doe jdoe jsmith cooluser awesome-user someaccount "
        + "localuser ftp ftpuser staging dist tutorial external local devel to path gnu temp tmp bin etc "
        + "var opt share backup backups files cloudsdk iojs firebird samba fs-images sandbox workspace "
        + "workspaces buildbot buildkite teamcity gitlab-runner github actions mysql redis nginx apache "
        + "httpd service services svc nixbld conda anaconda jupyter rstudio airbyte nuget dotnet python "
        + "bitnami sshuser azureuser azure aws gcp cloud-user fedora rocky almalinux alpine arch opc core "
        + "kali parallels vsts vssadministrator defaultuser defaultapppool wdagutilityaccount edit create "
        + "delete update list search get new add json api v vendor nonexistent nil daemon syslog messagebus "
        + "message systemd systemd-network systemd-resolve systemd-timesync polkitd dbus avahi chrony ntp sshd "
        + "rtkit colord lp mail man uuidd tcpdump _apt landscape statd rpc rpcuser dnsmasq gdm sddm lightdm "
        + "elasticsearch kibana grafana prometheus rabbitmq memcache mongodb consul vault haproxy named bind "
        + "postfix dovecot usbmux kernoops whoopsie saned cups foobar";

    private static readonly string[] HostEnds =
    [
        "cluster.local",
        "docker.internal",
        "containers.internal",
        "google.internal",
        "lima.internal",
        "localhost.local",
        "localhost.localdomain",
    ];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> All = new HashSet<string>(
        Words.Split(' '),
        StringComparer.OrdinalIgnoreCase
    ).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether nobody has this name, or this name and a number.</summary>
    public static bool Has(ReadOnlySpan<char> name) =>
        All.Contains(name) || All.Contains(name.TrimEnd("0123456789").TrimEnd("-_"));

    /// <summary>Whether a machine's name is one that container engines and clouds give to each.</summary>
    public static bool HasHost(ReadOnlySpan<char> host)
    {
        foreach (var end in HostEnds)
            if (host.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
