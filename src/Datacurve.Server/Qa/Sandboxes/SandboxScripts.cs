namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// What runs as the first process of a sandbox, in plain <c>sh</c> so that any image has it. It takes a
/// secret mark and then the workspace as a tar archive on stdin, prints the mark when the command starts,
/// and prints it again when the command has ended, with the exit code and the reports behind it. One
/// attached stream so carries everything, and the workspace can live in memory that goes with the sandbox.
/// </summary>
/// <remarks>
/// The mark comes by stdin because arguments show in <c>ps</c>, whose output a test may print. A command
/// that digs it out of this process's memory can forge an exit code and reports: both are its own to choose
/// anyway. The first process of a pid namespace cannot be killed from inside, so <c>kill -9 -1</c> in a
/// test is survived.
/// </remarks>
internal static class SandboxScripts
{
    /// <summary>Arguments: workdir, command, report bytes max, report paths.</summary>
    public const string Run = """
        workdir=$1 command=$2 bytes_max=$3
        shift 3
        read -r mark
        mkdir -p "$HOME" && cd /workspace || exit 125
        if [ -f /opt/datacurve/home.tar ]; then
            tar -xf /opt/datacurve/home.tar -C "$HOME" || exit 125
        fi
        if [ -f /opt/datacurve/workspace.tar ]; then
            tar -xf /opt/datacurve/workspace.tar || exit 125
        fi
        tar -xpf - || exit 125
        printf '%s\n' "$mark"
        (cd "/workspace/$workdir" && exec sh -c "$command") </dev/null
        code=$?
        # Whatever still runs must neither write into what follows nor change a report while it is read.
        kill -s KILL -- -1 2>/dev/null
        oom=0
        for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
            [ -r "$file" ] || continue
            while read -r key value; do
                [ "$key" = oom_kill ] && oom=$value
            done <"$file"
        done
        printf '%s %s %s\n' "$mark" "$code" "$oom"
        for path do
            # A link anywhere on the way makes the two differ.
            if [ -f "$path" ] && [ -r "$path" ] && [ "$(readlink -f "$path")" = "$path" ]; then
                size=$(wc -c <"$path")
                if [ "$size" -le "$bytes_max" ]; then
                    printf '%s\n' "$((size))"
                    cat "$path"
                else
                    echo large
                fi
            else
                echo absent
            fi
        done
        exit 0
        """;

    /// <summary>
    /// Arguments: the setup commands. What they install stays where it is; the files that they add to the
    /// workspace and the home folder are packed, because both are empty again when a run starts.
    /// </summary>
    public const string Setup = """
        read -r mark
        mkdir -p /workspace /opt/datacurve "$HOME" && cd /workspace || exit 125
        tar -xpf - || exit 125
        find . ! -type d | sort >/opt/datacurve/before || exit 125
        printf '%s\n' "$mark"
        code=0
        for command do
            (cd /workspace && exec sh -c "$command") </dev/null
            code=$?
            [ "$code" -eq 0 ] || break
        done
        kill -s KILL -- -1 2>/dev/null
        bytes=0
        if [ "$code" -eq 0 ]; then
            cd /workspace && find . ! -type d | sort >/opt/datacurve/after || exit 125
            comm -13 /opt/datacurve/before /opt/datacurve/after >/opt/datacurve/added || exit 125
            tar -cf /opt/datacurve/workspace.tar -T /opt/datacurve/added || exit 125
            tar -cf /opt/datacurve/home.tar -C "$HOME" . || exit 125
            bytes=$(cat /opt/datacurve/workspace.tar /opt/datacurve/home.tar | wc -c)
            cd / && rm -rf /tmp/* /workspace/* /workspace/.[!.]* || exit 125
            rm -f /opt/datacurve/before /opt/datacurve/after /opt/datacurve/added
        fi
        printf '%s %s %s\n' "$mark" "$code" "$((bytes))"
        exit 0
        """;
}
