namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>How a process of this machine gets into a root of its own, with util-linux alone.</summary>
internal static class LocalScripts
{
    /// <summary>
    /// The first process of the new namespaces: builds the root in memory, moves into it, gives up every
    /// right and becomes <see cref="SandboxScripts.Run"/>. Nothing here is run by a command that is under
    /// test.
    /// </summary>
    /// <remarks>
    /// Arguments: the empty folder to build in, the uid to drop to (empty where this is no real root),
    /// python's prefix where it is outside of /usr, the folder of a setup (may be empty), sizes and inodes
    /// of /workspace and of the other two, the limits on processes and file size, whether the network
    /// stays, the script to become and its arguments.
    /// </remarks>
    public const string Enter = """
        set -e
        root=$1 uid=$2 prefix=$3 setup=$4
        workspace=$5 side=$6
        nproc=$7 fsize=$8 network=$9
        shift 9
        owner=${uid:+uid=$uid,gid=$uid,}
        mount -t tmpfs -o size=4m,mode=755 tmpfs "$root"
        cd "$root"
        mkdir -p etc/ssl proc dev tmp workspace reports opt/datacurve old

        read_only() {
            mkdir -p ".$1"
            mount --rbind "$1" ".$1"
            mount -o remount,bind,ro,nosuid,nodev ".$1"
        }
        read_only /usr
        for path in /bin /sbin /lib /lib32 /lib64 /libx32; do
            if [ -L "$path" ]; then
                ln -s "$(readlink "$path")" ".$path"
            elif [ -d "$path" ]; then
                read_only "$path"
            fi
        done
        for path in /etc/alternatives /etc/ssl/certs /etc/python3*; do
            [ ! -d "$path" ] || read_only "$path"
        done
        for path in /etc/ld.so.cache /etc/ssl/openssl.cnf /etc/mime.types; do
            [ ! -f "$path" ] || cp "$path" ".$path"
        done
        [ -z "$prefix" ] || read_only "$prefix"
        if [ -n "$setup" ]; then
            mount --bind "$setup" opt/datacurve
            mount -o remount,bind,ro,nosuid,nodev opt/datacurve
        fi
        printf 'root:x:0:0::/nonexistent:/bin/false\nsandbox:x:65534:65534::/tmp/home:/bin/sh\n' >etc/passwd
        printf 'root:x:0:\nsandbox:x:65534:\n' >etc/group
        printf '127.0.0.1 localhost sandbox\n::1 localhost\n' >etc/hosts
        [ "$network" = none ] || cp -L /etc/resolv.conf etc/resolv.conf

        for name in null zero full random urandom; do
            : >"dev/$name"
            mount --bind "/dev/$name" "dev/$name"
        done
        ln -s /proc/self/fd dev/fd
        ln -s /proc/self/fd/0 dev/stdin
        ln -s /proc/self/fd/1 dev/stdout
        ln -s /proc/self/fd/2 dev/stderr
        mkdir dev/shm
        mount -t tmpfs -o "${owner}size=64m,mode=700,nosuid,nodev" tmpfs dev/shm
        mount -t tmpfs -o "${owner}$workspace,mode=755,nosuid,nodev" tmpfs workspace
        mount -t tmpfs -o "${owner}$side,mode=755,nosuid,nodev" tmpfs tmp
        mount -t tmpfs -o "${owner}$side,mode=755,nosuid,nodev" tmpfs reports
        mount -t proc -o nosuid,nodev,noexec proc proc

        if [ "$network" = none ]; then
            # Tests talk to themselves over loopback, which is down in a new namespace.
            python3 -I -c '
        import fcntl, socket, struct
        socket.sethostname("sandbox")
        with socket.socket() as s:
            fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 1))
        '
        fi
        pivot_root . old
        cd /
        umount -l /old
        rmdir /old
        mount -o remount,bind,ro,nosuid,nodev /
        PATH=$HOME/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        export PATH="${prefix:+$prefix/bin:}$PATH"

        # In a second user namespace the command has a number without rights. Capabilities there are needed
        # once more, to forbid a third one and to empty the bounding set, and are gone before the command.
        drop='echo 0 >/proc/sys/user/max_user_namespaces
        nproc=$1 fsize=$2
        shift 2
        exec setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all --no-new-privs \
            prlimit --nproc="$nproc" --fsize="$fsize" --nofile=4096 --core=0 sh -c "$@"'
        set -- unshare --user --map-user=65534 --map-group=65534 --keep-caps sh -c "$drop" drop \
            "$nproc" "$fsize" "$@"
        [ -z "$uid" ] || set -- setpriv --reuid="$uid" --regid="$uid" --clear-groups "$@"
        exec "$@"
        """;

    /// <summary>
    /// A run whose reports are what the setup commands left in the workspace and the home folder.
    /// </summary>
    public static string Setup(IEnumerable<string> commands) =>
        $$"""
            find . ! -type d | sort >/tmp/before
            for command in {{string.Join(' ', commands.Select(Quote))}}; do
                (exec sh -c "$command") </dev/null || exit $?
            done
            cd /workspace && find . ! -type d | sort >/tmp/after
            comm -13 /tmp/before /tmp/after >/tmp/added
            tar -cf /reports/workspace.tar -T /tmp/added && tar -cf /reports/home.tar -C "$HOME" .
            """;

    private static string Quote(string text) =>
        "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
