# Read by an interactive bash instead of ~/.bashrc, which it reads first: bash itself has read the system's file.
# The marks go to the terminal and are taken out again by the recorder; each carries a number that only this
# shell knows, so that nothing a command prints is taken for one. PS0 tells of a command before it runs, and
# needs no DEBUG trap: that stays the user's.

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

__datacurve_ended() {
  local exit_code=$? -
  { set +x; } 2>/dev/null
  __datacurve_escape "${PWD-}"
  builtin printf '\e]633;P;@NONCE@;Cwd=%s\a\e]133;D;@NONCE@;%s\a' "$__datacurve_text" "$exit_code"
  return "$exit_code"
}

# Runs in a subshell: what bash has just put into its history is the command as it was typed. Where nothing
# was put there, the command repeats the last one or is kept out on purpose; R says that the text is the last.
__datacurve_typed() {
  { set +x; } 2>/dev/null
  local LC_ALL=C kind=E line
  [[ $HISTCMD == "$__datacurve_number" ]] && kind=R
  line=$(HISTTIMEFORMAT= builtin history 1)
  line=${line#"${line%%[0-9]*}"}
  line=${line#*[!0-9]}
  __datacurve_escape "${line#?}"
  builtin printf '\e]633;%s;@NONCE@;%s\a\e]133;C;@NONCE@\a' "$kind" "$__datacurve_text"
}

# The user's own commands may have made a new prompt, so that this comes last each time.
__datacurve_prompt() {
  local exit_code=$? -
  { set +x; } 2>/dev/null
  [[ ${PS1-} == *'133;B;@NONCE@'* ]] || PS1='\[\e]133;A;@NONCE@\a\]'${PS1-}'\[\e]133;B;@NONCE@\a\]'
  [[ ${PS0-} == *__datacurve_typed* ]] || PS0=${PS0-}'$(__datacurve_typed)'
  __datacurve_number=$HISTCMD
  return "$exit_code"
}

# PS0 came with bash 4.4. An older one is recorded without the bounds of its commands.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
  PROMPT_COMMAND=(__datacurve_ended "${PROMPT_COMMAND[@]}" __datacurve_prompt)
elif ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
  PROMPT_COMMAND=$'__datacurve_ended\n'"${PROMPT_COMMAND-}"$'\n__datacurve_prompt'
fi
