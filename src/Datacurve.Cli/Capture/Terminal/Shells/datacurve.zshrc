# Read by zsh instead of the user's .zshrc, which it reads first, with the user's own ZDOTDIR. The marks are as
# those of bash; zsh has hooks for them, and gives the typed line to preexec whatever its history keeps.

if (( ${+__datacurve_zdotdir} )); then
  ZDOTDIR=$__datacurve_zdotdir
  [[ $__datacurve_zdotdir_type == *export* ]] && export ZDOTDIR
else
  unset ZDOTDIR
fi
unset __datacurve_zdotdir __datacurve_zdotdir_type
# A system's file may have put the history beside the .zshrc that it believed in.
[[ ${HISTFILE-} == @FOLDER@/* ]] && HISTFILE=${ZDOTDIR-$HOME}/${HISTFILE:t}
[[ -r ${ZDOTDIR-$HOME}/.zshrc ]] && source "${ZDOTDIR-$HOME}/.zshrc"

__datacurve_escape() {
  emulate -L zsh
  setopt no_multibyte
  local code char
  typeset -g __datacurve_text=${1//\\/\\\\}
  [[ $__datacurve_text == *[[:cntrl:]]* ]] || return 0
  for code in {1..31} 127; do
    char=${(#)code}
    __datacurve_text=${__datacurve_text//$char/\\x${(l:2::0:)$(( [##16] code ))}}
  done
}

# Each of these is silent under set -x, and writes to the terminal wherever exec has sent the shell's output.
__datacurve_ended() {
  {
    local exit_code=$?
    emulate -L zsh
    setopt no_xtrace
    __datacurve_hook
    __datacurve_escape "${PWD-}"
    builtin printf '\e]633;P;@NONCE@;Cwd=%s\a\e]133;D;@NONCE@;%s\a' \
      "$__datacurve_text" "$exit_code" >/dev/tty
    return exit_code
  } 2>/dev/null
}

__datacurve_typed() {
  {
    emulate -L zsh
    setopt no_xtrace
    __datacurve_hook
    __datacurve_escape "$1"
    builtin printf '\e]633;E;@NONCE@;%s\a\e]133;C;@NONCE@\a' "$__datacurve_text" >/dev/tty
  } 2>/dev/null
}

# The mark says no more than that a prompt has ended, and has a number of its own for that: a program may come
# to read PS1. It is not exported, since other programs would show the mark.
__datacurve_prompt() {
  {
    local exit_code=$? can_hide=
    # Without it the shell would show what is to be hidden.
    [[ -o promptpercent ]] && can_hide=1
    emulate -L zsh
    setopt no_xtrace
    [[ $can_hide && ${PS1-} != *'133;B;@PROMPT_NONCE@'* ]] && PS1+=$'%{\e]133;B;@PROMPT_NONCE@\a%}'
    [[ ${(t)PS1}${(t)PROMPT}${(t)prompt} != *export* ]] || typeset -g +x PS1 PROMPT prompt
    return exit_code
  } 2>/dev/null
}

# A line that was typed may have set a list of hooks anew.
__datacurve_hook() {
  setopt local_options unset no_ksh_arrays
  typeset -ga precmd_functions preexec_functions
  (( $precmd_functions[(I)__datacurve_ended] )) || precmd_functions=(__datacurve_ended $precmd_functions)
  (( $precmd_functions[(I)__datacurve_prompt] )) || precmd_functions+=(__datacurve_prompt)
  (( $preexec_functions[(I)__datacurve_typed] )) || preexec_functions+=(__datacurve_typed)
}

__datacurve_hook
