# Sourced by fish after the user's own configuration. The marks are as those of bash; fish has events for them.
# Its texts are percent-encoded, which fish does itself: the letters of those marks are small.

function __datacurve_typed --on-event fish_preexec
    printf '\e]633;e;@NONCE@;%s\a\e]133;C;@NONCE@\a' (string escape --style=url -- "$argv[1]")
end

function __datacurve_ended --on-event fish_postexec
    set -l exit_code $status
    printf '\e]633;p;@NONCE@;%s\a\e]133;D;@NONCE@;%s\a' (string escape --style=url -- "Cwd=$PWD") $exit_code
end

function __datacurve_prompt --on-event fish_prompt
    printf '\e]633;p;@NONCE@;%s\a\e]133;A;@NONCE@\a' (string escape --style=url -- "Cwd=$PWD")
end
