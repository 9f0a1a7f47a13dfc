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

__datacurve_ended() {
  local exit_code=$?
  emulate -L zsh
  setopt no_xtrace
  __datacurve_escape "${PWD-}"
  builtin printf '\e]633;P;@NONCE@;Cwd=%s\a\e]133;D;@NONCE@;%s\a' "$__datacurve_text" "$exit_code"
  return exit_code
}

__datacurve_typed() {
  emulate -L zsh
  setopt no_xtrace
  __datacurve_escape "$1"
  builtin printf '\e]633;E;@NONCE@;%s\a\e]133;C;@NONCE@\a' "$__datacurve_text"
}

__datacurve_prompt() {
  local exit_code=$?
  emulate -L zsh
  setopt no_xtrace
  [[ $PS1 == *'133;B;@NONCE@'* ]] ||
    PS1=$'%{\e]133;A;@NONCE@\a%}'$PS1$'%{\e]133;B;@NONCE@\a%}'
  return exit_code
}

typeset -ga precmd_functions preexec_functions
precmd_functions=(__datacurve_ended $precmd_functions __datacurve_prompt)
preexec_functions+=(__datacurve_typed)
