# Read by an interactive bash instead of ~/.bashrc, which it reads first: bash itself has read the system's
# file. The marks go to the terminal and are taken out again by the recorder; each carries a number that only this
# shell knows, so that nothing a command prints is taken for one. The mark in PS1, which may be exported, has
# another number, which says no more than that a prompt has ended. PS0 tells of a command before it runs, and
# needs no DEBUG trap: that stays the user's. Traps, set -e and set -x do not see what runs in a subshell, an
# expansion or the condition of an if, and so ours runs there.

[ -r ~/.bashrc ] && . ~/.bashrc

# Control characters cannot stand in a mark; a backslash starts an escaped one.
__datacurve_escape() {
  local LC_ALL=C slash='\' code char
  __datacurve_text=${1//"$slash"/"$slash$slash"}
  [[ $__datacurve_text == *[[:cntrl:]]* ]] || return 0
  for code in 0{1..9} 0{a..f} 1{0..9} 1{a..f} 7f; do
    builtin printf -v char "${slash}x$code"
    __datacurve_text=${__datacurve_text//"$char"/"${slash}x$code"}
  done
}

# Straight to the terminal, wherever exec has sent the shell's own output.
__datacurve_ended() {
  local options=$-
  set +eux
  __datacurve_escape "${PWD-}"
  builtin printf '\e]633;P;@NONCE@;Cwd=%s\a\e]133;D;@NONCE@;%s\a' "$__datacurve_text" "$1" >/dev/tty
  # An array's commands find $? as it was anyway. Where set -e holds, to return it would end the shell.
  ((__datacurve_has_array)) || [[ $options == *e* ]] || return "$1"
}

# What bash has just put into its history is the command as it was typed. Where nothing was put there, the
# command repeats the last one or is kept out on purpose; R says that the text is the last, and I that many others
# are kept out as well.
__datacurve_typed() {
  # Of several commands that are pasted at once, all but the last end here, without a prompt.
  __datacurve_ended $?
  set +eux
  local LC_ALL=C kind=E line
  [[ $__datacurve_next == "${__datacurve_number-}" ]] && kind=R && [[ ${HISTIGNORE-} ]] && kind=I
  if [[ ${HISTTIMEFORMAT@a} == *r* ]]; then
    line=$(builtin fc -ln -0)
    line=${line:1}
  else
    line=$(HISTTIMEFORMAT= builtin history 1)
    line=${line#"${line%%[0-9]*}"}
    line=${line#*[!0-9]}
  fi
  __datacurve_escape "${line:1}"
  # bash prints PS0 to standard error, which may be a file by now.
  [[ -t 3 ]] || exec >/dev/tty
  builtin printf '\e]633;%s;@NONCE@;%s\a\e]133;C;@NONCE@\a' "$kind" "$__datacurve_text"
}

# Whether nothing that is shown follows our mark in the prompt: another integration's marks may.
__datacurve_is_marked() {
  local rest=${PS1-}
  [[ $rest == *"$__datacurve_ps1"* ]] || return 1
  rest=${rest##*"$__datacurve_ps1"}
  [[ -z $rest || $rest == '\['*'\]' ]]
}

# Before the first command. What is installed at the first prompt may have a DEBUG trap that waits for a command
# already, and would take ours for it.
__datacurve_can_wait() {
  ((${__datacurve_next-0} == 0)) &&
    [[ ${PROMPT_COMMAND[*]-} == *"$__datacurve_first"*"$__datacurve_last"* && ${PS0-} == *"$__datacurve_ps0"* ]]
}

# Whether the user's own commands have made a new prompt, or a line that was typed has replaced ours.
__datacurve_is_lost() {
  set +eux
  __datacurve_can_wait && return 1
  if ((__datacurve_has_array)) && [[ ${PROMPT_COMMAND-} != "$__datacurve_first" ]]; then
    __datacurve_ended "$1"
    return 0
  fi
  [[ ${PS1@a} == *r* ]] || { __datacurve_is_marked && [[ ${PS1@a} != *x* ]]; } || return 0
  local hears=0 can_hear=0
  [[ ${PS0-} == *"$__datacurve_ps0"* ]] && hears=1
  shopt -q promptvars && can_hear=1
  ((hears == can_hear)) || [[ ${PS0@a} == *r* ]] || return 0
  ((hears && can_hear)) || builtin printf '\e]633;P;@NONCE@;Unheard=yes\a' >/dev/tty
  return 1
}

__datacurve_restore() {
  local - before after
  set +eux
  if ((__datacurve_has_array)) && [[ ${PROMPT_COMMAND-} != "$__datacurve_first" ]]; then
    after=("${PROMPT_COMMAND[@]:100}")
    unset 'PROMPT_COMMAND[99]'
    before=("${PROMPT_COMMAND[@]:0:${#PROMPT_COMMAND[@]} - ${#after[@]}}")
    PROMPT_COMMAND=(
      "$__datacurve_first" "${before[@]//"$__datacurve_first"/:}" [99]="$__datacurve_last" "${after[@]}"
    )
  fi
  if [[ ${PS1@a} != *r* ]]; then
    __datacurve_is_marked || PS1=${PS1//"$__datacurve_ps1"/}$__datacurve_ps1
    # Not for programs to read, which would show the mark.
    export -n PS1
  fi
  if [[ ${PS0@a} != *r* ]]; then
    PS0=${PS0-}
    PS0=${PS0//"$__datacurve_ps0"/}
    # Without promptvars bash would show what it is to expand.
    shopt -q promptvars && PS0+=$__datacurve_ps0
  fi
  return 0
}

# PS0 came with bash 4.4. An older one is recorded without the bounds of its commands, and so is one whose
# PROMPT_COMMAND cannot be changed.
__datacurve_start() {
  local -
  set +eux
  __datacurve_first='(__datacurve_ended $?) 2>/dev/null'
  __datacurve_last='if (__datacurve_is_lost $?) 2>/dev/null'
  __datacurve_last+=' && ! { __datacurve_restore; } 2>/dev/null; then :; fi'
  # Expansions that come to nothing, and count: no trap sees them.
  __datacurve_last+=' 2>/dev/null"${__datacurve_first:__datacurve_number=HISTCMD:0}"'
  __datacurve_ps1='\[\e]133;B;@PROMPT_NONCE@;$((__datacurve_number=HISTCMD))\a\]'
  # Before 5.1 a subshell does not know HISTCMD.
  __datacurve_ps0='${__datacurve_first:__datacurve_next=HISTCMD:0}$({ __datacurve_typed; } 3>&2 2>/dev/null)'
  local version=$((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]))
  __datacurve_has_array=$((version >= 501))
  if ((version < 404)) || [[ ${PROMPT_COMMAND@a} == *r* ]]; then
    return 0
  elif ((__datacurve_has_array)); then
    PROMPT_COMMAND=("$__datacurve_first" "${PROMPT_COMMAND[@]}" [99]="$__datacurve_last")
    # Where PROMPT_COMMAND is set anew as a whole, ours is put back before the next command. This expands to
    # nothing.
    __datacurve_ps0+='${__datacurve_last##*"${PROMPT_COMMAND[99]:=$__datacurve_last}"}'
  else
    PROMPT_COMMAND=$__datacurve_first$'\n'${PROMPT_COMMAND-}$'\n'$__datacurve_last
  fi
  __datacurve_restore
}

{ __datacurve_start; } 2>/dev/null
